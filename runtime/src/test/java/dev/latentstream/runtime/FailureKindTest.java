package dev.latentstream.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.runtime.settings.SettingsException;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FailureKindTest {
    static Stream<Throwable> data() {
        return Stream.of(
                new SerializationException("bad", new EOFException()),
                new RuntimeException(new BadRecordException("source \"a b\"")),
                new RecordTooLargeException("large"));
    }

    static Stream<Throwable> unexpected() {
        RuntimeException circle = new IllegalStateException();
        circle.initCause(new IllegalArgumentException(circle));
        return Stream.of(
                new IllegalArgumentException("bad"), new RuntimeException(new IOException("truncated")), circle);
    }

    static Stream<Throwable> world() {
        return Stream.of(
                new InfrastructureException("device lost"),
                new OutOfMemoryError(),
                new RuntimeException(new StackOverflowError()),
                new TimeoutException("broker"),
                new SerializationException("registry", new ConnectException("refused")),
                new RuntimeException(new HttpTimeoutException("slow")),
                new SaslAuthenticationException("who are you"),
                new TopicAuthorizationException("not yours"),
                new InterruptException("stop"),
                new RuntimeException(new InterruptedException()),
                new ClusterException("no such topic"),
                new SettingsException("no such class"),
                new ConfigException("no such url"));
    }

    @ParameterizedTest
    @MethodSource
    void data(Throwable error) {
        assertThat(FailureKind.of(error)).isEqualTo(FailureKind.DATA);
    }

    @ParameterizedTest
    @MethodSource
    void unexpected(Throwable error) {
        assertThat(FailureKind.of(error)).isEqualTo(FailureKind.UNEXPECTED);
    }

    @ParameterizedTest
    @MethodSource
    void world(Throwable error) {
        assertThat(FailureKind.of(error)).isEqualTo(FailureKind.INFRASTRUCTURE);
    }
}
