package dev.latentstream.captioning;

import dev.latentstream.captioning.ChatReply.Kind;
import java.net.URI;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The outage of a chat service: the time since which none of its replies is to a request. All requests share it, so that they give up
 * together. Thread-safe.
 */
final class ChatOutage {
    private static final Logger LOG = LoggerFactory.getLogger(ChatOutage.class);

    private final URI address;
    private final Duration giveUpAfter;
    private boolean isOngoing;
    private long since; // nanoseconds

    ChatOutage(URI address, Duration giveUpAfter) {
        this.address = address;
        this.giveUpAfter = giveUpAfter;
    }

    /** Takes each reply. */
    synchronized void replied(ChatReply reply) {
        if (reply.kind() == Kind.OUTAGE) {
            if (!isOngoing) {
                isOngoing = true;
                since = System.nanoTime();
                LOG.atWarn()
                        .addKeyValue("address", address)
                        .addKeyValue("detail", reply.detail())
                        .addKeyValue("giveUpAfter", giveUpAfter)
                        .log("the chat service does not answer; retrying");
            }
        } else if (isOngoing) {
            isOngoing = false;
            LOG.atInfo()
                    .addKeyValue("address", address)
                    .addKeyValue("after", Duration.ofSeconds((System.nanoTime() - since) / 1_000_000_000L))
                    .log("the chat service answers again");
        }
    }

    /** Returns whether another attempt is due. */
    synchronized boolean isEndurable() {
        return !isOngoing || System.nanoTime() - since < giveUpAfter.toNanos();
    }
}
