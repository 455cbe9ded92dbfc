package dev.latentstream.ingest.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FetchSettingsTest {
    @Test
    void pinsEveryDefault() {
        assertThat(new FetchSettings())
                .isEqualTo(new FetchSettings(
                        "latentstream/0.1 (training data for diffusion models)",
                        64,
                        10_000,
                        268_435_456,
                        new HostSettings(4, Duration.ofMillis(50), true, true),
                        new RequestSettings(Duration.ofSeconds(10), Duration.ofSeconds(30), 5),
                        new RetrySettings(3, Duration.ofSeconds(1), Duration.ofSeconds(60)),
                        new NetworkSettings(List.of(80, 443), List.of())));
        assertThat(new FetchSettings().robotName()).isEqualTo("latentstream");
    }

    @Test
    void refusesValuesBeyondTheirBounds() {
        assertThatThrownBy(() -> new HostSettings(0, Duration.ZERO, true, true))
                .hasMessage("connections 0 is not between 1 and 4096");
        assertThatThrownBy(() -> new RequestSettings(Duration.ZERO, Duration.ofSeconds(1), 5))
                .hasMessage("connect-within PT0S is not above zero");
        assertThatThrownBy(() -> new RetrySettings(3, Duration.ofSeconds(5), Duration.ofSeconds(5)))
                .hasMessage("longest-wait PT5S is not above back-off PT5S");
        assertThatThrownBy(() -> new NetworkSettings(List.of(80), List.of("10.0.0.0/33")))
                .hasMessage("allowed 10.0.0.0/33 is not a network such as 10.0.0.0/8");
        assertThatThrownBy(() -> new NetworkSettings(List.of(80), List.of("example.com/8")))
                .hasMessage("allowed example.com/8 is not a network such as 10.0.0.0/8");
        assertThatThrownBy(() -> Fetcher.start(new FetchSettings(), 200 << 20, url -> Optional.empty()))
                .hasMessage("fetch.max-bytes-in-flight 268435456 is below 419430400");
    }
}
