import { applyMode, Mode } from '@cloudscape-design/global-styles';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'bursar.theme';

/** The theme that was chosen on this machine. */
export function chosenTheme(): Theme {
  try {
    return THEMES.find((theme) => theme === window.localStorage.getItem(KEY)) ?? 'system';
  } catch {
    return 'system';
  }
}

export function chooseTheme(theme: Theme): void {
  try {
    window.localStorage.setItem(KEY, theme);
  } catch {
    // It holds for this page alone.
  }
  show(theme);
}

const DARK = window.matchMedia('(prefers-color-scheme: dark)');

function show(theme: Theme): void {
  const dark = theme === 'dark' || (theme === 'system' && DARK.matches);
  applyMode(dark ? Mode.Dark : Mode.Light);
  document.documentElement.style.colorScheme = dark ? 'dark' : 'light';
}

/** Begins before anything is drawn; page.css and the styles beside it has the colours. */
export function startTheme(): void {
  show(chosenTheme());
  DARK.addEventListener('change', () => show(chosenTheme()));
}
