package dev.latentstream.ingest.sources.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class S3LocationTest {
    @Test
    void theKeyIsTakenAsItIs() {
        assertThat(S3Location.parse("s3://my.bucket/a b/100%?.jpg"))
                .isEqualTo(new S3Location("my.bucket", "a b/100%?.jpg"));
        assertThat(S3Location.parse("s3://bucket")).isEqualTo(new S3Location("bucket", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bucket/key", "s3:/bucket/key", "s3://", "s3://b", "s3://-bucket/key", "http://bucket/key"})
    void otherTextsAreRefused(String text) {
        assertThatThrownBy(() -> S3Location.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text);
    }
}
