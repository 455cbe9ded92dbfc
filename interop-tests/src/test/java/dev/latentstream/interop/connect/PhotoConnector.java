package dev.latentstream.interop.connect;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceConnector;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/** A connector as many are: its values are structs with the bytes of a file and what is known about it. */
public final class PhotoConnector extends SourceConnector {
    static final int PHOTOS = 3;

    private static final Schema SCHEMA = SchemaBuilder.struct()
            .name("photo")
            .field("path", Schema.STRING_SCHEMA)
            .field("content", Schema.BYTES_SCHEMA)
            .field("caption", Schema.STRING_SCHEMA)
            .build();

    private Map<String, String> settings = Map.of();

    static byte[] content(int number) {
        return new byte[] {(byte) 0xff, (byte) 0xd8, 0, (byte) number};
    }

    @Override
    public String version() {
        return "1";
    }

    @Override
    public void start(Map<String, String> given) {
        settings = Map.copyOf(given);
    }

    @Override
    public Class<? extends Task> taskClass() {
        return PhotoTask.class;
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        return List.of(settings);
    }

    @Override
    public void stop() {}

    @Override
    public ConfigDef config() {
        return new ConfigDef()
                .define("topic", ConfigDef.Type.STRING, ConfigDef.Importance.HIGH, "The topic of the photos.");
    }

    /** Yields each photo once. */
    public static final class PhotoTask extends SourceTask {
        private String topic = "";
        private boolean yielded;

        @Override
        public String version() {
            return "1";
        }

        @Override
        public void start(Map<String, String> settings) {
            topic = settings.getOrDefault("topic", "");
        }

        @Override
        public List<SourceRecord> poll() throws InterruptedException {
            if (yielded) {
                Thread.sleep(100); // as a connector waits that has nothing
                return List.of();
            }
            yielded = true;
            List<SourceRecord> records = new ArrayList<>();
            for (int i = 0; i < PHOTOS; i++) {
                Struct value = new Struct(SCHEMA)
                        .put("path", "nfs://share/%d.jpg".formatted(i))
                        .put("content", content(i))
                        .put("caption", "photo %d: a cat".formatted(i));
                records.add(new SourceRecord(Map.of("all", "photos"), Map.of("read", i), topic, SCHEMA, value));
            }
            return records;
        }

        @Override
        public void stop() {}
    }
}
