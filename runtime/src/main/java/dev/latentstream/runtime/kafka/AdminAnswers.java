package dev.latentstream.runtime.kafka;

import dev.latentstream.runtime.FailureWords;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.InterruptException;

/** The answers of an {@link org.apache.kafka.clients.admin.Admin}. */
public final class AdminAnswers {
    private AdminAnswers() {}

    /** Waits for an answer; a failure is thrown as Kafka made it. */
    public static <T> T await(KafkaFuture<T> answer) {
        try {
            return answer.get();
        } catch (InterruptedException interrupted) {
            throw new InterruptException(interrupted);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException reason) {
                throw reason;
            }
            throw new IllegalStateException(failed.getCause());
        }
    }

    /** Returns why a request failed, in the words of the broker or the client. */
    public static String reason(ExecutionException failed) {
        Throwable cause = failed.getCause();
        return FailureWords.describe(cause == null ? failed : cause);
    }
}
