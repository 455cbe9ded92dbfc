package dev.latentstream.ingest.sources;

import dev.latentstream.ingest.fetch.TestOrigin;
import dev.latentstream.schemas.RejectionReason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** The ways in which a URL of a list is broken, and the reason with which each ends. */
enum BrokenUrl {
    FILE("file:///etc/hostname", RejectionReason.BAD_URL),
    FTP("ftp://%h/a.jpg", RejectionReason.BAD_URL),
    JAR("jar:http://%h/a.jar!/a.jpg", RejectionReason.BAD_URL),
    DATA("data:image/png;base64,AAAA", RejectionReason.BAD_URL),
    NO_URL("not a URL", RejectionReason.BAD_URL),
    USER_INFO("http://%h@10.0.0.1/a.jpg", RejectionReason.BAD_URL),
    DECIMAL("http://2130706433/a.jpg", RejectionReason.BAD_URL),
    OCTAL("http://0177.0.0.1/a.jpg", RejectionReason.BAD_URL),
    HEXADECIMAL("http://0x7f.1/a.jpg", RejectionReason.BAD_URL),
    PORT("http://%h:22/a.jpg", RejectionReason.FORBIDDEN_ADDRESS),
    LOOPBACK("http://127.0.0.2/a.jpg", RejectionReason.FORBIDDEN_ADDRESS),
    PRIVATE("http://10.0.0.1/a.jpg", RejectionReason.FORBIDDEN_ADDRESS),
    METADATA("http://169.254.169.254/latest/meta-data", RejectionReason.FORBIDDEN_ADDRESS),
    MULTICAST("http://224.0.0.1/a.jpg", RejectionReason.FORBIDDEN_ADDRESS),
    LOOPBACK_IPV6("http://[::1]/a.jpg", RejectionReason.FORBIDDEN_ADDRESS),
    MAPPED("http://[::ffff:10.0.0.1]/a.jpg", RejectionReason.FORBIDDEN_ADDRESS),
    NAT64("http://[64:ff9b::a00:1]/a.jpg", RejectionReason.FORBIDDEN_ADDRESS),
    SIX_TO_FOUR("http://[2002:a00:1::1]/a.jpg", RejectionReason.FORBIDDEN_ADDRESS),
    PRIVATE_NAME("http://private.test:%p/a.jpg", RejectionReason.FORBIDDEN_ADDRESS),
    UNKNOWN_NAME("http://unknown.example/a.jpg", RejectionReason.UNREACHABLE),
    REDIRECT_TO_PRIVATE("http://%h:%p/to-private", RejectionReason.FORBIDDEN_ADDRESS),
    REDIRECT_LOOP("http://%h:%p/loop", RejectionReason.TOO_MANY_REDIRECTS),
    GONE("http://%h:%p/gone", RejectionReason.HTTP_STATUS),
    FAILING("http://%h:%p/failing", RejectionReason.HTTP_STATUS),
    DISALLOWED("http://%h:%p/private/a.jpg", RejectionReason.ROBOTS),
    NO_AI("http://%h:%p/noai", RejectionReason.OPTED_OUT),
    NO_IMAGE_AI("http://%h:%p/noimageai", RejectionReason.OPTED_OUT),
    NO_INDEX("http://%h:%p/noindex", RejectionReason.OPTED_OUT),
    SLOW("http://%h:%p/slow", RejectionReason.TOO_SLOW),
    SILENT("http://%h:%p/silent", RejectionReason.TOO_SLOW),
    ENDLESS("http://%h:%p/endless", RejectionReason.TOO_MANY_BYTES),
    LARGE("http://%h:%p/large", RejectionReason.TOO_MANY_BYTES),
    BOMB("http://%h:%p/bomb", RejectionReason.TOO_MANY_BYTES),
    SHORT("http://%h:%p/short", RejectionReason.INCOMPLETE),
    OTHER_HASH("http://%h:%p/hash", RejectionReason.WRONG_HASH),
    NO_ROW("", RejectionReason.BAD_ROW);

    /** The names that do not lead to the origin. */
    static final Map<String, String> ADDRESSES = Map.of("private.test", "192.168.1.1");

    private final String url;
    private final RejectionReason reason;

    BrokenUrl(String url, RejectionReason reason) {
        this.url = url;
        this.reason = reason;
    }

    RejectionReason reason() {
        return reason;
    }

    /** Returns a URL that no other row has. */
    String url(TestOrigin origin, String host, int row) {
        return this == NO_ROW ? "" : url.replace("%h", host).replace("%p", "" + origin.port()) + "?" + row;
    }

    @Nullable String md5() {
        return this == OTHER_HASH ? "0".repeat(32) : null;
    }

    /** Makes the origin misbehave. */
    static void serve(TestOrigin origin) throws IOException {
        byte[] bomb = gzip(10_000_000);
        origin.on("/gone", 410, "")
                .on("/failing", 503, "")
                .on("/hash", 200, "another image")
                .on("/large", 200, "x".repeat(20_000))
                .on("/silent", exchange -> origin.hang())
                .on("/loop", redirect("/loop"))
                .on("/to-private", redirect("http://10.0.0.1/a.jpg"))
                .on("/noai", robotsTag("noai"))
                .on("/noimageai", robotsTag("nofollow, noimageai"))
                .on("/noindex", robotsTag("testbot: noindex"))
                .on("/bomb", exchange -> {
                    exchange.getResponseHeaders().set("Content-Encoding", "gzip");
                    TestOrigin.send(exchange, 200, bomb);
                })
                .on("/slow", exchange -> {
                    exchange.sendResponseHeaders(200, 100);
                    exchange.getResponseBody().write(1);
                    exchange.getResponseBody().flush();
                    origin.hang();
                })
                .on("/endless", exchange -> {
                    exchange.sendResponseHeaders(200, 0);
                    OutputStream out = exchange.getResponseBody();
                    while (!Thread.currentThread().isInterrupted()) {
                        out.write(new byte[1000]);
                    }
                })
                .on("/short", exchange -> {
                    exchange.sendResponseHeaders(200, 100);
                    exchange.getResponseBody().write(new byte[10]);
                    exchange.getResponseBody().flush();
                    exchange.close();
                });
    }

    private static TestOrigin.Handler redirect(String location) {
        return exchange -> {
            exchange.getResponseHeaders().set("Location", location);
            TestOrigin.send(exchange, 301, new byte[0]);
        };
    }

    private static TestOrigin.Handler robotsTag(String value) {
        return exchange -> {
            exchange.getResponseHeaders().set("X-Robots-Tag", value);
            TestOrigin.send(exchange, 200, new byte[] {1});
        };
    }

    private static byte[] gzip(int zeros) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(new byte[zeros]);
        }
        return out.toByteArray();
    }
}
