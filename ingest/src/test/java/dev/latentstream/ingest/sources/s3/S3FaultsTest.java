package dev.latentstream.ingest.sources.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.net.httpserver.HttpExchange;
import dev.latentstream.ingest.fetch.TestOrigin;
import dev.latentstream.ingest.sources.BrokenInputException;
import dev.latentstream.ingest.sources.ImageExtensions;
import dev.latentstream.ingest.sources.Known;
import dev.latentstream.ingest.sources.SourceItem;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers as Amazon's documentation gives them, which a store on this machine does not make. */
class S3FaultsTest {
    private static final String TOKEN = "the-session-token";

    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private TestOrigin origin;

    @BeforeEach
    void start() throws IOException {
        origin = TestOrigin.start();
        System.setProperty("aws.accessKeyId", "AKIDTEST");
        System.setProperty("aws.secretAccessKey", "the-secret");
        System.setProperty("aws.sessionToken", TOKEN);
    }

    @AfterEach
    void stop() {
        origin.close();
        List.of("aws.accessKeyId", "aws.secretAccessKey", "aws.sessionToken").forEach(System::clearProperty);
    }

    @ParameterizedTest
    @CsvSource({
        "400, ExpiredToken, renew the credentials",
        "403, InvalidAccessKeyId, does not know the access key",
        "403, AccessDenied, may not do this",
        "404, NoSuchBucket, no such bucket",
        "400, KeyTooLongError, a message of the store",
    })
    void saysWhatAnAnswerMeans(int status, String code, String meaning) throws IOException {
        origin.otherwise(exchange -> error(exchange, status, code));

        try (S3Store store = store()) {
            assertThatThrownBy(() -> store.list(new S3Location("photos", "a/")).next())
                    .isInstanceOf(BrokenInputException.class)
                    .hasMessageStartingWith("s3://photos/a/: the store answers %d %s: ".formatted(status, code))
                    .hasMessageContaining(meaning)
                    .satisfies(failed -> assertThat(texts(failed))
                            .noneMatch(text -> text.contains(TOKEN) || text.contains("the-secret")));
        }
    }

    @Test
    void aPrefixThatNoObjectHasIsNamed() throws IOException {
        origin.otherwise(exchange ->
                send(exchange, 200, "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"));
        S3Location prefix = new S3Location("photos", "nothing/");

        try (S3Store store = store();
                S3Source source = new S3Source("photos", store, prefix, ImageExtensions.USUAL, 1000)) {
            assertThat(source.next(Known.NOTHING))
                    .contains(new SourceItem.Unreadable("s3://photos/nothing/", "no object has this prefix"));
            assertThat(source.next(Known.NOTHING)).isEmpty();
        }
    }

    @Test
    void aBucketInAnotherRegionIsAskedThere() throws IOException {
        origin.otherwise(exchange -> {
            String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
            authorizations.add(authorization);
            if (authorization.contains("/eu-west-1/s3/")) {
                send(exchange, 200, "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>");
            } else {
                exchange.getResponseHeaders().set("x-amz-bucket-region", "eu-west-1");
                error(exchange, 301, "PermanentRedirect");
            }
        });

        try (S3Store store = store()) {
            assertThat(store.list(new S3Location("photos", "")).next()).isEmpty();
        }
        assertThat(authorizations).first().asString().contains("/us-east-1/s3/");
    }

    @Test
    void aStoreThatIsBusyIsAskedAgain() throws IOException {
        origin.otherwise(exchange -> {
            if (origin.paths().size() == 1) {
                error(exchange, 503, "SlowDown");
            } else {
                send(exchange, 200, "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>");
            }
        });

        try (S3Store store = store()) {
            assertThat(store.list(new S3Location("photos", "")).next()).isEmpty();
        }
    }

    @Test
    void anUnsortedListingIsRefused() throws IOException {
        origin.otherwise(exchange -> send(exchange, 200, """
                <ListBucketResult><IsTruncated>false</IsTruncated>
                <Contents><Key>b</Key><ETag>"1"</ETag><Size>1</Size></Contents>
                <Contents><Key>a</Key><ETag>"1"</ETag><Size>1</Size></Contents></ListBucketResult>"""));

        try (S3Store store = store()) {
            assertThatThrownBy(() -> store.list(new S3Location("photos", "")).next())
                    .hasMessage(
                            "s3://photos/: the store lists s3://photos/a after s3://photos/b, but only sorted listings"
                                    + " are read");
        }
    }

    @Test
    void anEndpointIsAnAddressWithoutCredentials() {
        assertThatThrownBy(() -> access(URI.create("host:9000")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("https://host:9000");
        assertThatThrownBy(() -> access(URI.create("http://me:hidden@host")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("hidden");
    }

    @Test
    void aMissingCredentialIsSaidWithItsRemedy() throws IOException {
        assumeThat(System.getenv()).doesNotContainKeys("AWS_ACCESS_KEY_ID", "AWS_CONTAINER_CREDENTIALS_FULL_URI");
        System.clearProperty("aws.accessKeyId");
        System.setProperty("aws.profile", "nosuch");
        System.setProperty("aws.disableEc2Metadata", "true");

        try (S3Store store = store()) {
            assertThatThrownBy(() -> store.list(new S3Location("photos", "a/")).next())
                    .isInstanceOf(BrokenInputException.class)
                    .hasMessage("s3://photos/a/: no credentials were found: set AWS_ACCESS_KEY_ID and"
                            + " AWS_SECRET_ACCESS_KEY, or AWS_PROFILE; a public bucket needs --no-sign-request");
        } finally {
            List.of("aws.profile", "aws.disableEc2Metadata").forEach(System::clearProperty);
        }
    }

    @Test
    void aHostThatIsNotKnownIsNamed() throws IOException {
        try (S3Store store = S3Store.open(access(URI.create("http://nosuch.invalid:9000")))) {
            assertThatThrownBy(() -> store.list(new S3Location("photos", "a/")).next())
                    .isInstanceOf(BrokenInputException.class)
                    .hasMessage("s3://photos/a/: no answer: the host nosuch.invalid is not known");
        }
    }

    private S3Store store() throws IOException {
        return S3Store.open(access(URI.create("http://127.0.0.1:" + origin.port())));
    }

    private static S3Access access(URI endpoint) {
        return new S3Access(
                Optional.of(endpoint), Optional.of("us-east-1"), S3Access.Addressing.PATH, S3Access.Signing.SIGNED);
    }

    private static List<String> texts(Throwable failed) {
        List<String> texts = new ArrayList<>();
        for (Throwable each = failed; each != null; each = each.getCause()) {
            texts.add(each.toString());
        }
        return texts;
    }

    private static void error(HttpExchange exchange, int status, String code) throws IOException {
        send(
                exchange,
                status,
                "<Error><Code>%s</Code><Message>a message of the store</Message></Error>".formatted(code));
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        TestOrigin.send(exchange, status, body.getBytes(StandardCharsets.UTF_8));
    }
}
