package dev.latentstream.app.testing;

import com.jerolba.carpet.CarpetWriter;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.latentstream.ingest.sources.s3.S3Server;
import dev.latentstream.scenes.SceneRenderer;
import dev.latentstream.scenes.Scenes;
import dev.latentstream.schemas.ImageId;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Images for every kind of source, no two of which are the same; one of each source is an HTML page. */
public final class SourceFiles implements AutoCloseable {
    public static final String TOPIC = "crawled";

    /** Images of a source, the page not counted. */
    public static final int GOOD = 5;

    /** Those of them that fall into the watched folder later. */
    private static final int LATER = 2;

    private final Path folder;
    private final HttpServer origin;
    private final S3Server store;
    private final Map<String, byte[]> served = new ConcurrentHashMap<>();
    private final Map<String, Set<String>> good = new TreeMap<>();
    private final Map<String, Set<String>> pages = new TreeMap<>();

    /** A row of a list. */
    public record Row(String url, String text) {}

    private SourceFiles(Path folder, HttpServer origin, S3Server store) {
        this.folder = folder;
        this.origin = origin;
        this.store = store;
    }

    /** Writes everything but what falls into the watched folder later. */
    public static SourceFiles write(Path folder, String bootstrapServers) throws Exception {
        HttpServer origin = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        SourceFiles files = new SourceFiles(folder, origin, S3Server.start(folder));
        origin.createContext("/", files::answer);
        origin.start();
        files.writeFolder("folder", 0, GOOD);
        files.writeFolder("watch", LATER, GOOD);
        files.shard("tar").write(folder.resolve("shard.tar"));
        Path shard = files.shard("webtar").write(folder.resolve("webtar.tar"));
        files.served.put("/webtar.tar", Files.readAllBytes(shard));
        files.writeLists();
        files.writeTopic(bootstrapServers);
        files.writeBucket();
        return files;
    }

    /** Returns a command for each source, by its name, without the settings of the pipeline. */
    public Map<String, String> commands() {
        Map<String, String> commands = new TreeMap<>();
        commands.put("folder", "source folder folder");
        commands.put("watch", "source watch watch --settle=0.1");
        commands.put("tar", "source tar shard.tar");
        commands.put("webtar", "source tar " + url("/webtar.tar"));
        commands.put("parquet", "source parquet list.parquet");
        commands.put("jsonl", "source jsonl list.jsonl");
        commands.put("csv", "source csv list.csv");
        commands.put(TOPIC, "source topic " + TOPIC + " --until-end --uri=header:url --text=key");
        commands.put("s3", "source s3 s3://bucket/ --region=us-east-1 --endpoint-url=" + store.endpoint());
        commands.put("scenes", "source scenes --seed=77 --count=" + GOOD);
        commands.replaceAll((name, command) -> command + " --name=" + name);
        return commands;
    }

    /** Returns the port that the lists lead to, on loopback. */
    public int port() {
        return origin.getAddress().getPort();
    }

    /** Returns the ids of a source's images; of the drawn scenes, none is known. */
    public Map<String, Set<String>> good() {
        return good;
    }

    public Map<String, Set<String>> pages() {
        return pages;
    }

    /** Lets the rest fall into the watched folder. */
    public void writeLater() throws IOException {
        writeFolder("watch", 0, LATER);
    }

    private void writeFolder(String source, int from, int to) throws IOException {
        Path files = Files.createDirectories(folder.resolve(source));
        for (int i = from; i < to; i++) {
            Files.write(files.resolve(i + ".png"), image(source, i));
            Files.writeString(files.resolve(i + ".txt"), "image %d of %s".formatted(i, source));
        }
        if (to == GOOD) {
            Files.write(files.resolve("page.jpg"), page(source));
        }
    }

    private TestShard shard(String source) throws IOException {
        TestShard shard = new TestShard();
        for (int i = 0; i < GOOD; i++) {
            shard.add(i + ".png", image(source, i))
                    .add(i + ".txt", MixedFiles.utf8("image %d of %s".formatted(i, source)));
        }
        return shard.add("page.jpg", page(source));
    }

    private void writeLists() throws IOException {
        try (OutputStream out = Files.newOutputStream(folder.resolve("list.parquet"));
                CarpetWriter<Row> writer = new CarpetWriter<>(out, Row.class)) {
            writer.write(rows("parquet"));
        }
        Files.write(
                folder.resolve("list.jsonl"),
                rows("jsonl").stream()
                        .map(row -> "{\"url\": \"%s\", \"text\": \"%s\"}".formatted(row.url(), row.text()))
                        .toList());
        List<String> lines = new ArrayList<>(List.of("url,text"));
        rows("csv").forEach(row -> lines.add(row.url() + "," + row.text()));
        Files.write(folder.resolve("list.csv"), lines);
    }

    /** Returns a row for each image, and one that leads nowhere. */
    private List<Row> rows(String source) throws IOException {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < GOOD; i++) {
            rows.add(row(source, i + ".png", image(source, i)));
        }
        rows.add(row(source, "page.jpg", page(source)));
        rows.add(new Row(url("/%s/gone.png".formatted(source)), "gone"));
        return rows;
    }

    private Row row(String source, String name, byte[] content) {
        String path = "/%s/%s".formatted(source, name);
        served.put(path, content);
        return new Row(url(path), "%s of %s".formatted(name, source));
    }

    private void writeTopic(String bootstrapServers) throws IOException, InterruptedException, ExecutionException {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i <= GOOD; i++) {
                ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                        TOPIC, 0, MixedFiles.utf8("image " + i), i < GOOD ? image(TOPIC, i) : page(TOPIC));
                record.headers().add("url", MixedFiles.utf8("https://example.org/%d.png".formatted(i)));
                producer.send(record).get();
            }
        }
    }

    private void writeBucket() throws IOException {
        store.bucket("bucket");
        for (int i = 0; i < GOOD; i++) {
            store.put("bucket", i + ".png", image("s3", i));
            store.put("bucket", i + ".txt", MixedFiles.utf8("image %d of s3".formatted(i)));
        }
        store.put("bucket", "page.jpg", page("s3"));
    }

    private byte[] image(String source, int number) throws IOException {
        return noted(
                good,
                source,
                MixedFiles.encode("png", SceneRenderer.render(Scenes.scene(source.hashCode(), number), 64, 64)));
    }

    private byte[] page(String source) {
        return noted(pages, source, MixedFiles.utf8("<!DOCTYPE html><title>%s</title>".formatted(source)));
    }

    private static byte[] noted(Map<String, Set<String>> ids, String source, byte[] bytes) {
        ids.computeIfAbsent(source, first -> new TreeSet<>()).add(ImageId.of(ByteBuffer.wrap(bytes)));
        return bytes;
    }

    private String url(String path) {
        return "http://127.0.0.1:%d%s".formatted(port(), path);
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] content = served.get(exchange.getRequestURI().getPath());
        if (content == null) {
            exchange.sendResponseHeaders(404, -1);
        } else {
            exchange.getResponseHeaders().set("ETag", "\"%s\"".formatted(ImageId.of(ByteBuffer.wrap(content))));
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
        }
        exchange.close();
    }

    @Override
    public void close() {
        origin.stop(0);
        store.close();
    }
}
