import Tooltip from '@cloudscape-design/components/tooltip';
import { useEffect, useState } from 'react';

/** A name, cut where there is no room. {@link FullNames} shows all of it. @param full where it is more than is written */
export function Clipped({
  full,
  children,
}: {
  readonly full?: string | null;
  readonly children: string;
}): React.ReactNode {
  return (
    <bdi className="clip" data-full={full ?? children}>
      {children}
    </bdi>
  );
}

/**
 * Once on the page: shows a name that is cut while it is pointed at or has the focus, and lets it be copied as a whole. One
 * for all, for a table has hundreds of names.
 */
export function FullNames(): React.ReactNode {
  const [name, setName] = useState<HTMLElement | null>(null);
  useEffect(() => {
    const look = ({ target }: Event): void => setName(cutName(target));
    const copy = (event: ClipboardEvent): void => {
      const full = (cutName(document.activeElement) ?? name)?.dataset.full;
      if (full === undefined || document.getSelection()?.isCollapsed === false) return;
      event.clipboardData?.setData('text/plain', full);
      event.preventDefault();
    };
    const leave = (): void => setName(null);
    document.addEventListener('pointerover', look);
    document.addEventListener('click', leave);
    document.addEventListener('focusin', look);
    document.addEventListener('copy', copy);
    return () => {
      document.removeEventListener('pointerover', look);
      document.removeEventListener('click', leave);
      document.removeEventListener('focusin', look);
      document.removeEventListener('copy', copy);
    };
  }, [name]);
  if (name === null || !name.isConnected) return null;
  return (
    <Tooltip
      getTrack={() => name}
      position="top"
      onEscape={() => setName(null)}
      content={
        <span className="full-name">
          <bdi>{name.dataset.full}</bdi>
          <small>Ctrl-C copies it</small>
        </span>
      }
    />
  );
}

/** The name at an element, or in the link that has the focus; `null` where all of it can be read. */
function cutName(at: EventTarget | null): HTMLElement | null {
  if (!(at instanceof Element)) return null;
  const name =
    at.closest<HTMLElement>('[data-full]') ?? at.closest('a')?.querySelector<HTMLElement>('[data-full]') ?? null;
  if (name === null) return null;
  return name.scrollWidth > name.clientWidth || name.dataset.full !== name.textContent ? name : null;
}
