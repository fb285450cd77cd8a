import '@cloudscape-design/global-styles/index.css';
import { I18nProvider } from '@cloudscape-design/components/i18n';
import messages from '@cloudscape-design/components/i18n/messages/all.en';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Page } from './page.tsx';
import './page.css';
import './chart/chart.css';
import './card/sums.css';
import './card/tables.css';
import './card/fixes.css';
import { startTheme } from './theme.ts';

startTheme();

const root = document.getElementById('page');
if (root === null) throw new Error('index.html has the element #page');
createRoot(root).render(
  <StrictMode>
    <I18nProvider locale="en" messages={[messages]}>
      <Page />
    </I18nProvider>
  </StrictMode>,
);
