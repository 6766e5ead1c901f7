/** Reading from a database, a table or a bucket. https://schema.ocsf.io/1.8.0/classes/datastore_activity */
import type { Target } from '../../event/audit-event.ts';
import { APPLICATION, type OcsfClass } from './ocsf-class.ts';
import { named, only, without } from './targets.ts';

const READ = 1;

export const datastoreActivity: OcsfClass = {
  ...APPLICATION,
  uid: 6005,
  caption: 'Datastore Activity',
  activities: { 1: 'Read' },
  api: 'in_cloud',
  hasTrace: false,

  subjectOf({ category, activity, targets, changes }) {
    const target = only(targets);
    const isRead = category === 'data_access' && activity === 'read';
    const store = isRead && target ? datastoreOf(target) : undefined;
    return (
      store && {
        activityId: READ,
        attributes: store,
        otherTargets: without(targets, [target]),
        otherChanges: changes,
      }
    );
  },
};

/** The kind of database is not known; that of a bucket where its type says it. */
function datastoreOf(target: Target): Record<string, unknown> | undefined {
  switch (target.type) {
    case 'database':
      return { type_id: 1, type: 'Database', database: { ...named(target), ...UNKNOWN } };
    case 'bucket':
      return { type_id: 2, type: 'Databucket', databucket: { ...named(target), ...UNKNOWN } };
    case 's3_bucket':
      return { type_id: 2, type: 'Databucket', databucket: { ...named(target), type_id: 1, type: 'S3' } };
    case 'gcs_bucket':
      return {
        type_id: 2,
        type: 'Databucket',
        databucket: { ...named(target), type_id: 3, type: 'GCP Bucket' },
      };
    case 'table':
      return { type_id: 3, type: 'Table', table: named(target) };
    default:
      return undefined;
  }
}

const UNKNOWN = { type_id: 0, type: 'Unknown' };
