/** A bar as long as the cost beside the greatest one; nothing for what is not above 0. */
export function CostBar({ share, colour }: { readonly share: number; readonly colour: string }): React.ReactNode {
  return (
    <span className="cost-bar" aria-hidden="true">
      {share > 0 && <span style={{ inlineSize: `${Math.min(share, 1) * 100}%`, background: colour }} />}
    </span>
  );
}
