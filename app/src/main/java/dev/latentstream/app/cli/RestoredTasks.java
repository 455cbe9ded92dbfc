package dev.latentstream.app.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/**
 * Tells in one sentence that tasks of Kafka Streams restore their state, as after a crash, which Kafka Streams logs as an error with Java
 * exceptions. The option verbose shows the latter.
 */
final class RestoredTasks extends TurboFilter {
    private static final String SOURCE = "org.apache.kafka.streams.processor.internals.TaskManager";

    /** A task with its failure; Kafka's own loggers hand over formatted text without arguments. */
    private static final Pattern TASK =
            Pattern.compile("(\\d+_\\d+)=[\\w.]+\\.TaskCorruptedException: [^{}=]*?(?=, \\d+_\\d+=|}$)");

    private static final Pattern ALL_CORRUPTED =
            Pattern.compile("Get exceptions for the following tasks: \\{(" + TASK + "(, )?)+}$");

    @Override
    public FilterReply decide(
            @Nullable Marker marker,
            Logger logger,
            Level level,
            @Nullable String format,
            Object @Nullable [] arguments,
            @Nullable Throwable thrown) {
        if (level != Level.ERROR || format == null || !logger.getName().equals(SOURCE) || isVerbose(logger)) {
            return FilterReply.NEUTRAL;
        }
        if (!ALL_CORRUPTED.matcher(format).find()) {
            return FilterReply.NEUTRAL;
        }
        String tasks = TASK.matcher(format)
                .results()
                .map(task -> task.group(1))
                .sorted()
                .collect(Collectors.joining(", "));
        logger.getLoggerContext()
                .getLogger(RestoredTasks.class)
                .warn(
                        "the state of tasks {} on this disk is not that of the cluster, as after a crash: it is restored",
                        tasks);
        return FilterReply.DENY;
    }

    private static boolean isVerbose(Logger logger) {
        return !logger.getEffectiveLevel().isGreaterOrEqual(Level.ERROR);
    }
}
