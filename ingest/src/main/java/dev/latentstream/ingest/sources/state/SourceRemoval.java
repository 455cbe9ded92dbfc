package dev.latentstream.ingest.sources.state;

import dev.latentstream.schemas.SourceState;
import dev.latentstream.schemas.SourceStatus;
import dev.latentstream.schemas.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Forgets a source: its state says so first, so that whoever finds a removal half done finishes it. */
final class SourceRemoval {
    private static final int BATCH = 10_000; // tombstones in a transaction

    private final String source;
    private final Topics topics;
    private final SourceTransactions transactions;
    private final StoredSources stored;
    private final List<ProducerRecord<String, SpecificRecord>> tombstones = new ArrayList<>();

    SourceRemoval(String source, Topics topics, SourceTransactions transactions, StoredSources stored) {
        this.source = source;
        this.topics = topics;
        this.transactions = transactions;
        this.stored = stored;
    }

    void forget(SourceState state, String writer, Instant now) {
        tombstones.add(record(SourceState.newBuilder(state)
                .setStatus(SourceStatus.REMOVING)
                .setWriter(writer)
                .setTime(now)
                .build()));
        write();
        String topic = topics.sourceItems().name();
        stored.items(source, state.getPartition(), (key, item) -> {
            if (item.isPresent()) {
                tombstones.add(new ProducerRecord<>(topic, state.getPartition(), key, null));
            }
            if (tombstones.size() == BATCH) {
                write();
            }
        });
        tombstones.add(record(null));
        write();
    }

    private ProducerRecord<String, SpecificRecord> record(@Nullable SourceState state) {
        return new ProducerRecord<>(topics.sources().name(), source, state);
    }

    private void write() {
        transactions.await(transactions.commit(List.copyOf(tombstones)));
        tombstones.clear();
    }
}
