/** The view of alerts and its dialogs, in one file of the build. */
import './operator.css';
import './alerts/alerts.css';

export { Alerts } from './alerts/alerts.tsx';
export { SilenceDialog } from './alerts/silence-dialog.tsx';
