package dev.latentstream.app.cli;

import dev.latentstream.ingest.sources.BrokenInputException;
import dev.latentstream.runtime.ClusterException;
import dev.latentstream.runtime.FailureWords;
import dev.latentstream.runtime.InfrastructureException;
import dev.latentstream.runtime.policy.PolicyConflictException;
import dev.latentstream.runtime.settings.SettingsException;
import dev.latentstream.schemas.SchemaRegistryException;
import dev.latentstream.schemas.SchemaRegistryUnavailableException;
import dev.latentstream.trainer.ledger.LostRecordsException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTxnTimeoutException;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;

/** Describes any failure in one line, with a remedy if one is known. */
public final class Failures {
    private static final int DEEPEST = 20;

    /** The message of an operating system whose disk is full. */
    private static final String DISK_FULL = "No space left on device";

    private Failures() {}

    public static String describe(Throwable failure) {
        if (failure instanceof Failure) {
            return oneLine(message(failure)); // described already
        }
        Optional<String> full = causes(failure).stream()
                .map(Failures::message)
                .filter(message -> message.contains(DISK_FULL))
                .reduce((outer, deeper) -> deeper.contains("/") || !outer.contains("/") ? deeper : outer);
        if (full.isPresent()) { // the deepest message that has a path
            return oneLine("the disk is full (%s); free some space and run this again".formatted(full.get()));
        }
        Throwable cause = failure;
        for (int depth = 0; depth < DEEPEST; depth++) {
            Optional<String> known = known(cause);
            if (known.isPresent()) {
                return cause instanceof SettingsException ? known.get() : oneLine(known.get()); // a line per error
            }
            Throwable deeper = cause.getCause();
            if (deeper == null) {
                break;
            }
            cause = deeper;
        }
        return oneLine(unexpected(failure));
    }

    private static Optional<String> known(Throwable cause) {
        String message = message(cause);
        if (isForUsers(cause)) {
            return Optional.of(message);
        }
        if (cause instanceof FileSystemException file) {
            return Optional.of(file(file));
        }
        if (cause instanceof FileNotFoundException) {
            return Optional.of(message + "; check the path and its permissions");
        }
        if (cause instanceof BindException) {
            return Optional.of("a port is already in use (%s); choose another".formatted(message));
        }
        if (cause instanceof ConnectException) {
            return Optional.of("no server answers (%s); check that it is running".formatted(message));
        }
        return cause instanceof KafkaException kafka ? kafka(kafka) : Optional.empty();
    }

    /** Returns whether the message is written for the user, as those of our own exceptions and checks are. */
    private static boolean isForUsers(Throwable cause) {
        return cause instanceof Failure
                || isOfOurChecks(cause)
                || cause instanceof BrokenInputException
                || cause instanceof SettingsException
                || cause instanceof ClusterException
                || cause instanceof InfrastructureException
                || cause instanceof LostRecordsException
                || cause instanceof PolicyConflictException
                || cause instanceof SchemaRegistryException
                || cause instanceof SchemaRegistryUnavailableException;
    }

    /** Returns whether our own code threw it, rather than a library. */
    private static boolean isOfOurChecks(Throwable cause) {
        StackTraceElement[] trace = cause.getStackTrace();
        boolean ours = trace.length > 0 && trace[0].getClassName().startsWith("dev.latentstream.");
        return ours && (cause instanceof IllegalArgumentException || cause.getClass() == IOException.class);
    }

    private static String file(FileSystemException failure) {
        String file = failure.getFile() == null ? "a file" : failure.getFile();
        if (failure instanceof NoSuchFileException) {
            return file + " does not exist; check the path";
        }
        if (failure instanceof AccessDeniedException) {
            return "%s cannot be read or written; check its permissions".formatted(file);
        }
        if (failure instanceof NotDirectoryException) {
            return file + " is not a folder";
        }
        return message(failure);
    }

    private static Optional<String> kafka(KafkaException failure) {
        if (failure instanceof TimeoutException) {
            return Optional.of(
                    "the Kafka cluster does not answer (%s); start one with `latentstream broker`, or name another address"
                            .formatted(message(failure)));
        }
        if (failure instanceof AuthenticationException || failure instanceof AuthorizationException) {
            return Optional.of(
                    "the Kafka cluster refuses access (%s); check the security properties under kafka.properties"
                            .formatted(message(failure)));
        }
        if (failure instanceof InvalidTxnTimeoutException) {
            return Optional.of("transaction.timeout.ms is above transaction.max.timeout.ms of the Kafka broker;"
                    + " lower it under kafka.properties");
        }
        if (failure instanceof KafkaStorageException) {
            return Optional.of("the Kafka broker cannot use its disk (%s); see its log".formatted(message(failure)));
        }
        if (failure instanceof ConfigException || failure instanceof SerializationException) {
            return Optional.of(message(failure));
        }
        // The constructors of the clients wrap the exception that names the faulty setting.
        return Optional.empty();
    }

    /** Describes the deepest cause; a cause without a message by that of the nearest wrapper that has one. */
    private static String unexpected(Throwable failure) {
        List<Throwable> causes = causes(failure);
        Throwable deepest = causes.get(causes.size() - 1);
        String message = causes.stream()
                .filter(cause -> cause.getMessage() != null)
                .reduce((outer, deeper) -> deeper)
                .map(Failures::message)
                .orElseGet(() -> message(deepest));
        return "%s: %s (run with --verbose for the stack trace)".formatted(FailureWords.kind(deepest), message);
    }

    private static List<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .limit(DEEPEST)
                .toList();
    }

    private static String message(Throwable failure) {
        String message = failure.getMessage();
        Throwable cause = failure.getCause();
        if (cause != null && cause.toString().equals(message)) {
            return message(cause);
        }
        return message == null ? FailureWords.kind(failure) : message;
    }

    public static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
