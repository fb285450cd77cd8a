import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import type { RemedyBody } from '../../api/schema.ts';

/** What is to be pasted, and where. */
export type Pasted = Pick<RemedyBody, 'where' | 'paste'>;

/** A remedy as it is pasted, with a button that copies it. */
export function RemedyCode({ where, paste }: Pasted): React.ReactNode {
  if (paste.length === 0) return null;
  const text = `${paste.join('\n')}\n`;
  return (
    <div className="paste">
      <div className="paste-copy">
        <CopyToClipboard variant="icon" {...copyTexts(where, `Copy ${nounOf(where)}`)} textToCopy={text} />
      </div>
      <pre>{text.trimEnd()}</pre>
    </div>
  );
}

/** The line of a remedy that tells it from others, and a button that copies all of it. */
export function RemedyLine({
  where,
  paste,
  of,
  narrow,
}: Pasted & { readonly of: string; readonly narrow: boolean }): React.ReactNode {
  const telling = (where === 'bursar.yaml' ? paste[1] : paste.at(-1)) ?? '';
  return (
    <CopyToClipboard
      variant="inline"
      {...copyTexts(where, `Copy ${nounOf(where)} for ${of}`)}
      textToCopy={`${paste.join('\n')}\n`}
      textToDisplay={narrow ? `Copy ${nounOf(where)}` : <code className="clip">{telling.replace(/^ *- /, '')}</code>}
    />
  );
}

/** Many remedies of one kind, copied at once: their first line is the same. */
export function RemedyAll({ remedies }: { readonly remedies: readonly Pasted[] }): React.ReactNode {
  const [first] = remedies;
  if (first === undefined) return null;
  const lines = [first.paste[0], ...remedies.flatMap(({ paste }) => paste.slice(1))];
  const what = first.where === 'bursar.yaml' ? 'rules' : 'rows of the people file';
  return (
    <CopyToClipboard
      {...copyTexts(first.where, `Copy ${remedies.length} ${what}`)}
      copyButtonText={`Copy ${remedies.length} ${what}`}
      textToCopy={`${lines.join('\n')}\n`}
    />
  );
}

function nounOf(where: Pasted['where']): string {
  return where === 'bursar.yaml' ? 'the rule' : where === 'people file' ? 'the row' : 'the command';
}

function copyTexts(where: Pasted['where'], label: string) {
  const into = where === null || where === 'shell' ? 'a shell' : where === 'people file' ? 'the people file' : where;
  return {
    copyButtonAriaLabel: label,
    copySuccessText: `Copied, to paste into ${into}`,
    copyErrorText: 'The browser does not let this page write to the clipboard',
    popoverRenderWithPortal: true,
  };
}
