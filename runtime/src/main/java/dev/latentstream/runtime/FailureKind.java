package dev.latentstream.runtime;

import dev.latentstream.runtime.settings.SettingsException;
import dev.latentstream.schemas.SchemaRegistryException;
import java.io.InterruptedIOException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;

/** The cause of an error. */
public enum FailureKind {
    /** The record, which becomes a dead letter, however many there are. */
    DATA,
    /** The record, or a defect of the stage: it becomes a dead letter, and too many in a row stop the stage. */
    UNEXPECTED,
    /** The environment, which stops the stage. */
    INFRASTRUCTURE;

    /** The package of the registry's error responses in Confluent's serdes, which can be named instead of ours. */
    private static final String CONFLUENT_REST = "io.confluent.kafka.schemaregistry.client.rest.exceptions.";

    /**
     * Classifies an error by its chain of causes. Java errors, interrupts and exceptions from a network, broker or registry are
     * infrastructure; a record that cannot be decoded, breaks a rule of its topic or makes too large an output is data.
     */
    public static FailureKind of(Throwable error) {
        Set<Throwable> visited = Collections.newSetFromMap(new IdentityHashMap<>());
        FailureKind kind = UNEXPECTED;
        for (Throwable cause = error; cause != null && visited.add(cause); cause = cause.getCause()) {
            if (isInfrastructure(cause)) {
                return INFRASTRUCTURE;
            }
            if (isData(cause)) {
                kind = DATA;
            }
        }
        return kind;
    }

    private static boolean isData(Throwable error) {
        return error instanceof SerializationException
                || error instanceof BadRecordException
                || error instanceof RecordTooLargeException;
    }

    private static boolean isInfrastructure(Throwable error) {
        return error instanceof Error
                || error instanceof InfrastructureException
                || error instanceof ClusterException
                || error instanceof SettingsException
                || error instanceof ConfigException
                || error instanceof SchemaRegistryException
                || error instanceof RetriableException
                || error instanceof AuthenticationException
                || error instanceof AuthorizationException
                || error instanceof InterruptException
                || error instanceof InterruptedException
                || error instanceof InterruptedIOException
                || error.getClass().getName().startsWith("java.net.") // sockets, host names, HTTP
                || error.getClass().getName().startsWith(CONFLUENT_REST);
    }
}
