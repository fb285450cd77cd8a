/** A bar to the right of the middle for more, to the left for less; as long as the change beside the greatest one. */
export function MovedBar({ share }: { readonly share: number }): React.ReactNode {
  const size = `${Math.min(Math.abs(share), 1) * 100}%`;
  return (
    <span className="moved-bar" aria-hidden="true">
      {share !== 0 && <span className={share < 0 ? 'less' : undefined} style={{ inlineSize: size }} />}
    </span>
  );
}
