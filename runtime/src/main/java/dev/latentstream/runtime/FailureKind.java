package dev.latentstream.runtime;

import dev.latentstream.runtime.settings.SettingsException;
import java.io.InterruptedIOException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;

/** Whom an error is put down to: the record at hand, which then becomes a dead letter, or the world, which stops the stage. */
public enum FailureKind {
    DATA,
    INFRASTRUCTURE;

    /** Errors and what tells of a network, a broker, a registry or an interrupt blame the world; all else blames the data. */
    public static FailureKind of(Throwable error) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Throwable cause = error; cause != null && seen.add(cause); cause = cause.getCause()) {
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
                || error instanceof RetriableException
                || error instanceof AuthenticationException
                || error instanceof AuthorizationException
                || error instanceof InterruptException
                || error instanceof InterruptedException
                || error instanceof InterruptedIOException
                || error.getClass().getName().startsWith("java.net."); // sockets, names of hosts, HTTP
    }
}
