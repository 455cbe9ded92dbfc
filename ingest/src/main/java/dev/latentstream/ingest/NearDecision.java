package dev.latentstream.ingest;

import dev.latentstream.schemas.NearAnswer;
import dev.latentstream.schemas.NearContest;
import dev.latentstream.schemas.NearMessage;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Brings the answers about near duplicates to the admission that waits for them, whose state stores it shares. */
final class NearDecision implements Processor<String, NearMessage, String, Verdict> {
    private final Admission admission;

    NearDecision(Admission admission) {
        this.admission = admission;
    }

    @Override
    public void init(ProcessorContext<String, Verdict> context) {
        admission.init(context);
    }

    @Override
    public void process(Record<String, NearMessage> record) {
        if (record.value().getStep() instanceof NearContest contest) {
            admission.contest(record, contest);
        } else {
            admission.answered((NearAnswer) record.value().getStep());
        }
    }
}
