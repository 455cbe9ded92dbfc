package dev.latentstream.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.FilterReply;
import dev.latentstream.runtime.InfrastructureException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

/** The console output under the logging configuration of the commands. */
class LoggingTest {
    private final LoggerContext context = new LoggerContext();
    private final Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

    @BeforeEach
    void configure() throws Exception {
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(Objects.requireNonNull(Logging.class.getResource("/logback.xml")));
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void anErrorIsOneLineWithItsCause() {
        assertThat(shown())
                .matches("\\d\\d:\\d\\d:\\d\\d ERROR LoggingTest: failed stage=\"captioning\" "
                        + "dev.latentstream.runtime.InfrastructureException: captioning 16 images failed "
                        + "Caused by: java.lang.IllegalStateException: CUDA error: an illegal memory access "
                        + "Compile with TORCH_USE_CUDA_DSA \\R");
    }

    @Test
    void aWarningIsOneLineToo() {
        LoggingEvent event = new LoggingEvent(
                "", root.getLoggerContext().getLogger(LoggingTest.class), Level.WARN, "a\n b", null, null);

        assertThat(console().getEncoder().encode(event))
                .asString(StandardCharsets.UTF_8)
                .matches("[^\n]* a b *\\R");
    }

    @Test
    void anErrorHasItsStackTraceIfEverythingIsShown() {
        Logging.showEverything(root);

        assertThat(shown().lines())
                .anyMatch(line -> line.endsWith("failed stage=\"captioning\""))
                .anyMatch(line ->
                        line.equals("dev.latentstream.runtime.InfrastructureException: captioning 16 images failed"))
                .anyMatch(line -> line.startsWith("Caused by: java.lang.IllegalStateException: CUDA error"))
                .anyMatch(line -> line.startsWith("\tat dev.latentstream.app.cli.LoggingTest"));
    }

    @Test
    void aHiddenClassDoesNotReachTheConsole() {
        Logging.hideFromConsole(root, LoggingTest.class);

        assertThat(console().getFilterChainDecision(warning(LoggingTest.class))).isEqualTo(FilterReply.DENY);
        assertThat(console().getFilterChainDecision(warning(Logging.class))).isNotEqualTo(FilterReply.DENY);
    }

    private LoggingEvent warning(Class<?> source) {
        return new LoggingEvent("", context.getLogger(source), Level.WARN, "waits for latents", null, null);
    }

    private String shown() {
        Throwable cause =
                new IllegalStateException("CUDA error: an illegal memory access\nCompile with TORCH_USE_CUDA_DSA");
        LoggingEvent event = new LoggingEvent(
                "",
                context.getLogger(LoggingTest.class),
                Level.ERROR,
                "failed",
                new InfrastructureException("captioning 16 images failed", cause),
                null);
        event.setKeyValuePairs(List.of(new KeyValuePair("stage", "captioning")));
        return new String(console().getEncoder().encode(event), StandardCharsets.UTF_8);
    }

    private ConsoleAppender<ILoggingEvent> console() {
        return (ConsoleAppender<ILoggingEvent>) root.getAppender("console");
    }
}
