/** The parts of the page for operators, in one file of the build. */
import './operator.css';

export { DeadLetters } from './dead-letters/dead-letters.tsx';
export { Deliveries } from './deliveries/deliveries.tsx';
