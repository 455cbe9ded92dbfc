package dev.latentstream.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.schemas.Removal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class TransactionalWriterTest {
    private final LazyProducer producer = new LazyProducer();

    @Test
    void everyRecordIsAcknowledgedBeforeTheCommitIsRequested() throws Exception {
        try (TransactionalWriter writer = new TransactionalWriter("writer", producer, Duration.ofSeconds(5))) {
            writer.start().get(10, TimeUnit.SECONDS);

            writer.execute(() -> {
                        writeOne(writer);
                        writeOne(writer);
                    })
                    .get(10, TimeUnit.SECONDS);
        }

        assertThat(producer.history()).hasSize(2);
        assertThat(producer.acknowledged).containsExactly(true, true);
    }

    private static void writeOne(TransactionalWriter writer) {
        Future<RecordMetadata> unused = writer.write(
                to -> to.send(new ProducerRecord<>("removals", "id", new Removal("asked", "me", Instant.EPOCH))));
    }

    /** Acknowledges records only when it is flushed, and notes at each commit whether all were. */
    private static final class LazyProducer extends MockProducer<String, SpecificRecord> {
        final List<Boolean> acknowledged = new ArrayList<>();

        LazyProducer() {
            super(false, null, new StringSerializer(), (topic, value) -> new byte[0]);
        }

        @Override
        public void commitTransaction() {
            acknowledged.add(flushed());
            super.commitTransaction();
        }
    }
}
