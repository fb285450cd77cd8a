import Select, { type SelectProps } from '@cloudscape-design/components/select';

/** One of several, as a small pill that says what is chosen. */
export function Choice({
  label,
  options,
  chosen,
  onChoose,
}: {
  readonly label: string;
  readonly options: SelectProps.Options;
  readonly chosen: string;
  readonly onChoose: (value: string) => void;
}): React.ReactNode {
  const flat = options.flatMap((option) => ('options' in option ? option.options : [option]));
  const selected = flat.find(({ value }) => value === chosen) ?? { value: chosen, label: chosen };
  return (
    <Select
      ariaLabel={label}
      options={options}
      selectedOption={selected}
      triggerVariant="label"
      expandToViewport
      filteringType={flat.length > 12 ? 'auto' : 'none'}
      onChange={({ detail }) => onChoose(detail.selectedOption.value ?? '')}
    />
  );
}
