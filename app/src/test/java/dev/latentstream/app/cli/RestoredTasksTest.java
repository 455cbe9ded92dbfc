package dev.latentstream.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RestoredTasksTest {
    /** As Kafka Streams 4.3 prints them. */
    private static final String CORRUPTED =
            "org.apache.kafka.streams.errors.TaskCorruptedException: Tasks [1_0] are corrupted and hence need to be re-initialized";

    private static final String OTHER = "org.apache.kafka.streams.errors.StreamsException: no";

    private final LoggerContext context = new LoggerContext();
    private final Logger source = context.getLogger("org.apache.kafka.streams.processor.internals.TaskManager");
    private final ListAppender<ILoggingEvent> events = new ListAppender<>();

    @BeforeEach
    void configure() throws Exception {
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(Objects.requireNonNull(Logging.class.getResource("/logback.xml")));
        Logging.describeRestoredTasks(context);
        events.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        root.addAppender(events);
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void tasksThatRestoreTheirStateAreASentenceOfWarning() {
        source.error(failures(Map.of("1_0", CORRUPTED)));

        assertThat(events.list).singleElement().satisfies(event -> {
            assertThat(event.getLevel()).isEqualTo(Level.WARN);
            assertThat(event.getFormattedMessage())
                    .isEqualTo(
                            "the state of tasks 1_0 on this disk is not that of the cluster, as after a crash: it is restored");
        });
    }

    @Test
    void otherFailuresAreErrorsAsBefore() {
        source.error(failures(Map.of("1_0", CORRUPTED, "1_1", OTHER)));
        source.error("Failed to close: {}", "1_0");

        assertThat(events.list).hasSize(2).allMatch(event -> event.getLevel() == Level.ERROR);
    }

    @Test
    void theOptionVerboseShowsTheError() {
        source.setLevel(Level.INFO);

        source.error(failures(Map.of("1_0", CORRUPTED)));

        assertThat(events.list).singleElement().satisfies(event -> assertThat(event.getLevel())
                .isEqualTo(Level.ERROR));
    }

    @Test
    void allTasksAreNamed() {
        source.error(failures(Map.of("1_0", CORRUPTED, "1_1", CORRUPTED, "0_12", CORRUPTED)));

        assertThat(events.list).singleElement().satisfies(event -> assertThat(event.getFormattedMessage())
                .startsWith("the state of tasks 0_12, 1_0, 1_1 "));
    }

    /** As Kafka's loggers hand it over. */
    private static String failures(Map<String, String> failures) {
        return "stream-thread [ingest-1-StreamThread-1] Get exceptions for the following tasks: " + failures;
    }
}
