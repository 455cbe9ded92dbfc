package dev.latentstream.app.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/** Directs logs: warnings go to the console (see {@code logback.xml}), everything to a file if a command has one. */
public final class Logging {
    private static final String PATTERN = "%d{HH:mm:ss.SSS} %-5level [%thread] %logger{30}: %msg %kvp%n";

    private Logging() {}

    /** Logs a sentence of warning, not an error, where tasks of Kafka Streams restore their state. */
    public static void describeRestoredTasks() {
        describeRestoredTasks(root().getLoggerContext());
    }

    static void describeRestoredTasks(LoggerContext context) {
        context.addTurboFilter(new RestoredTasks());
    }

    /** Prints INFO messages to the console too, and the stack traces of errors. */
    public static void showEverything() {
        showEverything(root());
    }

    static void showEverything(Logger root) {
        root.setLevel(Level.INFO);
        for (Logger logger : root.getLoggerContext().getLoggerList()) {
            if (logger != root) {
                logger.setLevel(null);
            }
        }
        if (root.getAppender("console") instanceof ConsoleAppender<ILoggingEvent> console) {
            console.clearAllFilters();
            console.setEncoder(encoder(root.getLoggerContext()));
        }
    }

    /** Also writes all further messages, from INFO on, to a file. */
    public static void alsoTo(Path file) {
        Logger root = root();
        LoggerContext context = root.getLoggerContext();
        FileAppender<ILoggingEvent> appender = new FileAppender<>();
        appender.setContext(context);
        appender.setName(file.toString());
        appender.setFile(file.toString());
        appender.setEncoder(encoder(context));
        ThresholdFilter filter = new ThresholdFilter();
        filter.setLevel("INFO");
        filter.start();
        appender.addFilter(filter);
        appender.start();
        root.addAppender(appender);
        root.setLevel(Level.INFO);
    }

    /** Keeps the messages of a class off the console, for a command that shows the same in its own output. */
    public static void hideFromConsole(Class<?> source) {
        hideFromConsole(root(), source);
    }

    static void hideFromConsole(Logger root, Class<?> source) {
        if (root.getAppender("console") instanceof ConsoleAppender<ILoggingEvent> console) {
            console.addFilter(new Filter<>() {
                @Override
                public FilterReply decide(ILoggingEvent event) {
                    return event.getLoggerName().equals(source.getName()) ? FilterReply.DENY : FilterReply.NEUTRAL;
                }
            });
        }
    }

    private static PatternLayoutEncoder encoder(LoggerContext context) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PATTERN);
        encoder.start();
        return encoder;
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }
}
