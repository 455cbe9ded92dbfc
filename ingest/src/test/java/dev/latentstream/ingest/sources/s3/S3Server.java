package dev.latentstream.ingest.sources.s3;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** A store that speaks S3's protocol and checks signatures (S3Proxy, in memory), in a process. */
public final class S3Server implements AutoCloseable {
    public static final String KEY = "AKIDTEST";
    public static final String SECRET = "the-secret-of-the-tests";

    private static final Path JAR = Path.of("target", "s3proxy", "s3proxy-jar-with-dependencies.jar");
    private static final Pattern STARTED = Pattern.compile("Started ServerConnector.*:(\\d+)}");

    private final Process process;
    private final int port;
    private final S3Client client;

    private S3Server(Process process, int port) {
        this.process = process;
        this.port = port;
        this.client = S3Client.builder()
                .httpClient(UrlConnectionHttpClient.create())
                .endpointOverride(endpoint())
                .forcePathStyle(true)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED) // S3Proxy knows no trailing ones
                .serviceConfiguration(settings -> settings.chunkedEncodingEnabled(false))
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(KEY, SECRET)))
                .build();
    }

    public static S3Server start(Path folder) throws IOException {
        Path settings = folder.resolve("s3proxy.conf");
        Files.writeString(settings, """
                s3proxy.authorization=aws-v2-or-v4
                s3proxy.identity=%s
                s3proxy.credential=%s
                s3proxy.endpoint=http://127.0.0.1:0
                jclouds.provider=transient
                jclouds.identity=any
                jclouds.credential=any
                """.formatted(KEY, SECRET));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        JAR.toAbsolutePath().toString(),
                        "--properties",
                        settings.toString())
                .redirectErrorStream(true)
                .start();
        return new S3Server(process, port(process));
    }

    private static int port(Process process) throws IOException {
        BufferedReader out = process.inputReader();
        List<String> lines = new ArrayList<>();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            lines.add(line);
            Matcher started = STARTED.matcher(line);
            if (started.find()) {
                drain(out);
                return Integer.parseInt(started.group(1));
            }
        }
        throw new IOException("the store does not start: " + lines);
    }

    private static void drain(BufferedReader out) {
        Thread reader = new Thread(
                () -> {
                    try {
                        while (out.readLine() != null) {}
                    } catch (IOException closed) {
                        throw new UncheckedIOException(closed);
                    }
                },
                "s3-server-output");
        reader.setDaemon(true);
        reader.setUncaughtExceptionHandler((thread, closed) -> {});
        reader.start();
    }

    int port() {
        return port;
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    static S3Access access(URI endpoint) {
        return new S3Access(
                Optional.of(endpoint), Optional.of("us-east-1"), S3Access.Addressing.PATH, S3Access.Signing.SIGNED);
    }

    public void bucket(String name) {
        client.createBucket(request -> request.bucket(name));
    }

    public void put(String bucket, String key, byte[] content) {
        client.putObject(request -> request.bucket(bucket).key(key), RequestBody.fromBytes(content));
    }

    void delete(String bucket, String key) {
        client.deleteObject(request -> request.bucket(bucket).key(key));
    }

    @Override
    public void close() {
        client.close();
        process.destroy();
    }
}
