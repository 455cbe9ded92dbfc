package dev.latentstream.captioning;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/** Collects a response body up to a limit, and cancels one that exceeds it. */
final class BoundedBody implements BodySubscriber<byte[]> {
    private final BodySubscriber<byte[]> collector = BodySubscribers.ofByteArray();
    private final CompletableFuture<byte[]> body;
    private final long maxBytes;
    private long bytes;
    private @Nullable Subscription subscription;

    /** A body larger than the limit. */
    static final class TooLongException extends IOException {
        private static final long serialVersionUID = 1;

        TooLongException(long maxBytes) {
            super("more than %d bytes".formatted(maxBytes));
        }
    }

    BoundedBody(long maxBytes) {
        this.maxBytes = maxBytes;
        this.body = collector.getBody().toCompletableFuture();
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        this.subscription = subscription;
        collector.onSubscribe(subscription);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        bytes += buffers.stream().mapToLong(ByteBuffer::remaining).sum();
        if (bytes <= maxBytes) {
            collector.onNext(buffers);
        } else if (subscription != null) {
            subscription.cancel();
            collector.onError(new TooLongException(maxBytes));
        }
    }

    @Override
    public void onError(Throwable error) {
        collector.onError(error);
    }

    @Override
    public void onComplete() {
        collector.onComplete();
    }
}
