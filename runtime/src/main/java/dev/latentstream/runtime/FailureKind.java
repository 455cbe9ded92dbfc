package dev.latentstream.runtime;

import dev.latentstream.runtime.settings.SettingsException;
import java.io.InterruptedIOException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;

/** The cause of an error: the record, which then becomes a dead letter, or the infrastructure, which stops the stage. */
public enum FailureKind {
    DATA,
    INFRASTRUCTURE;

    /**
     * Classifies an error by its chain of causes. Java errors, interrupts and exceptions from a network, broker or registry are
     * infrastructure; everything else is data.
     */
    public static FailureKind of(Throwable error) {
        Set<Throwable> visited = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Throwable cause = error; cause != null && visited.add(cause); cause = cause.getCause()) {
            if (isInfrastructure(cause)) {
                return INFRASTRUCTURE;
            }
        }
        return DATA;
    }

    private static boolean isInfrastructure(Throwable error) {
        return error instanceof Error
                || error instanceof InfrastructureException
                || error instanceof ClusterException
                || error instanceof SettingsException
                || error instanceof ConfigException
                || error instanceof RetriableException
                || error instanceof AuthenticationException
                || error instanceof AuthorizationException
                || error instanceof InterruptException
                || error instanceof InterruptedException
                || error instanceof InterruptedIOException
                || error.getClass().getName().startsWith("java.net."); // sockets, host names, HTTP
    }
}
