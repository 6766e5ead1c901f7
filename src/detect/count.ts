/** Counts what the detector does, by name: metrics in AWS, the log at home. */
export type Count = (
  counts: Partial<
    Readonly<
      Record<
        | 'detect_matched'
        /** Events that came too late for their window. */
        | 'detect_too_late'
        /** Events that are told in the one summary of a rule. */
        | 'detect_summarized'
        | 'alerts_fired'
        | 'alerts_resolved',
        number
      >
    >
  >,
) => void;
