import { useEffect, useId, useReducer, useState } from 'react';

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
  const [, moved] = useReducer((count: number) => count + 1, 0);
  const id = useId();
  useEffect(() => {
    const look = ({ target }: Event): void => setName(cutName(target));
    const leave = (): void => setName(null);
    const press = ({ key }: KeyboardEvent): void => {
      if (key === 'Escape') leave();
    };
    document.addEventListener('pointerover', look);
    document.addEventListener('focusin', look);
    document.addEventListener('click', leave);
    document.addEventListener('keydown', press);
    document.addEventListener('scroll', moved, true);
    return () => {
      document.removeEventListener('pointerover', look);
      document.removeEventListener('focusin', look);
      document.removeEventListener('click', leave);
      document.removeEventListener('keydown', press);
      document.removeEventListener('scroll', moved, true);
    };
  }, []);
  useEffect(() => {
    if (name === null) return;
    const copy = (event: ClipboardEvent): void => {
      const chosen = document.getSelection()?.isCollapsed === false;
      if (chosen || document.activeElement instanceof HTMLInputElement) return;
      event.clipboardData?.setData('text/plain', name.dataset.full ?? '');
      event.preventDefault();
    };
    const link = name.closest('a');
    link?.setAttribute('aria-describedby', id);
    document.addEventListener('copy', copy);
    return () => {
      link?.removeAttribute('aria-describedby');
      document.removeEventListener('copy', copy);
    };
  }, [name, id]);
  if (name === null || !name.isConnected) return null;
  return (
    <div role="tooltip" id={id} className="full-name" style={besides(name)}>
      <bdi>{name.dataset.full}</bdi>
      <small className="muted">Ctrl-C copies it</small>
    </div>
  );
}

const WIDTH = 420;
const EDGE = 8;

/** Above the name, or below it where there is no room above; within the window. */
function besides(name: HTMLElement): React.CSSProperties {
  const { left, top, bottom } = name.getBoundingClientRect();
  const width = Math.min(WIDTH, window.innerWidth - 2 * EDGE);
  const at = {
    insetInlineStart: Math.max(EDGE, Math.min(left, window.innerWidth - width - EDGE)),
    maxInlineSize: width,
  };
  return top > window.innerHeight / 2
    ? { ...at, insetBlockEnd: window.innerHeight - top + EDGE }
    : { ...at, insetBlockStart: bottom + EDGE };
}

/** The name at an element, or in the link that has the focus; `null` where all of it can be read. */
function cutName(at: EventTarget | null): HTMLElement | null {
  if (!(at instanceof Element)) return null;
  const name =
    at.closest<HTMLElement>('[data-full]') ?? at.closest('a')?.querySelector<HTMLElement>('[data-full]') ?? null;
  if (name === null) return null;
  return name.scrollWidth > name.clientWidth || name.dataset.full !== name.textContent ? name : null;
}
