/** The requests to destinations, newest first. */
import { type DeliveryAttempt, OUTCOME_KINDS } from '../../../src/domain/deliveries.ts';
import { type ListColumn, RowList } from '../table/row-list.tsx';
import { clock } from '../view/settings.ts';
import { showTime } from '../view/show-time.ts';
import { answerInWords, bytesInWords, durationInWords, OUTCOMES_IN_WORDS, worstOf } from './in-words.ts';
import { OutcomeMark } from './outcome-mark.tsx';

interface Props {
  readonly attempts: readonly DeliveryAttempt[];
  readonly selected: number | undefined;
  readonly onOpen: (attempt: DeliveryAttempt) => void;
}

export function AttemptsTable({ attempts, selected, onOpen }: Props) {
  return (
    <RowList
      label="Requests to destinations, newest first"
      name="attempt"
      rows={attempts}
      columns={COLUMNS}
      idOf={({ n }) => String(n)}
      selectedId={selected === undefined ? undefined : String(selected)}
      onOpen={onOpen}
    />
  );
}

const COLUMNS: readonly ListColumn<DeliveryAttempt>[] = [
  {
    key: 'sent',
    as: 'time',
    title: 'Time',
    width: '104px',
    cell: ({ atMs }) => showTime(atMs, clock.value, Date.now()),
  },
  {
    key: 'to',
    title: 'Destination',
    width: 'minmax(110px, 1fr)',
    cell: ({ destination }) => destination,
  },
  {
    key: 'events',
    as: 'number',
    title: 'Events',
    width: '60px',
    cell: ({ count }) => count.toLocaleString(),
  },
  { key: 'try', as: 'number', title: 'Try', width: '40px', cell: ({ tryNumber }) => tryNumber },
  {
    key: 'answer',
    title: 'Answer',
    width: 'minmax(90px, 0.7fr)',
    cell: ({ answer }) => answerInWords(answer),
  },
  {
    key: 'outcomes',
    title: 'Outcome',
    width: 'minmax(220px, 2fr)',
    cell: (attempt) => <Outcomes {...attempt} />,
  },
  {
    key: 'duration',
    as: 'number',
    title: 'Duration',
    width: '72px',
    cell: ({ durationMs }) => durationInWords(durationMs),
  },
  { key: 'size', as: 'number', title: 'Size', width: '72px', cell: ({ bytes }) => bytesInWords(bytes) },
];

function Outcomes({ outcomes, count }: DeliveryAttempt) {
  const kind = worstOf(outcomes);
  const isMixed = outcomes.some((outcome) => outcome.kind !== kind);
  if (!isMixed) return <OutcomeMark kind={kind} />;
  const parts = OUTCOME_KINDS.flatMap((one) => {
    const ofKind = outcomes.filter((outcome) => outcome.kind === one);
    const sum = ofKind.reduce((total, outcome) => total + outcome.count, 0);
    return sum > 0 ? [`${sum.toLocaleString()} ${OUTCOMES_IN_WORDS[one]}`] : [];
  });
  return <OutcomeMark kind={kind} text={`${parts.join(', ')} of ${count.toLocaleString()}`} />;
}
