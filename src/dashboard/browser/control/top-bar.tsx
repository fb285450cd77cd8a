import TopNavigation from '@cloudscape-design/components/top-navigation';
import { useState } from 'react';
import type { CostBasis } from '../../../domain/question.ts';
import type { Address } from '../state/address.ts';
import { chooseTheme, chosenTheme, THEMES, type Theme } from '../theme.ts';

const THEME_NAMES: Readonly<Record<Theme, string>> = {
  system: 'Light or dark as the system',
  light: 'Light',
  dark: 'Dark',
};

const COST_NAMES: Readonly<Record<CostBasis, string>> = {
  net: 'Net cost',
  unblended: 'Unblended cost',
  list: 'List cost',
};

/** The name of the page, and what holds for all of it: which cost, light or dark. */
export function TopBar({
  address,
  go,
}: {
  readonly address: Address;
  readonly go: (next: Address) => void;
}): React.ReactNode {
  const [theme, setTheme] = useState(chosenTheme);
  const choose = (id: string): void => {
    const cost = (Object.keys(COST_NAMES) as CostBasis[]).find((each) => each === id);
    if (cost !== undefined) {
      go({ ...address, cost });
      return;
    }
    const next = THEMES.find((each) => each === id) ?? 'system';
    setTheme(next);
    chooseTheme(next);
  };
  const item = <T extends string>(names: Readonly<Record<T, string>>, chosen: T) =>
    (Object.entries(names) as [T, string][]).map(([id, text]) => ({
      id,
      text,
      itemType: 'checkbox' as const,
      checked: id === chosen,
    }));
  return (
    <TopNavigation
      identity={{ href: '?', title: 'Bursar' }}
      utilities={[
        {
          type: 'menu-dropdown',
          iconName: 'settings',
          ariaLabel: 'Settings',
          title: 'Settings',
          items: [
            { id: 'costs', text: 'Which cost', items: item(COST_NAMES, address.cost) },
            { id: 'themes', text: 'How it looks', items: item(THEME_NAMES, theme) },
          ],
          onItemClick: ({ detail }) => choose(detail.id),
        },
      ]}
    />
  );
}
