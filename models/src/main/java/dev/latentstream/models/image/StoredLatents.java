package dev.latentstream.models.image;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.latentstream.models.nn.Torch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * Latents as they are stored. Nothing is copied or converted before a tensor is made of them: a batch of 32-bit elements in Java's heap
 * would be garbage of half a megabyte a step.
 *
 * @param elements those of each latent, in its remaining bytes: little-endian; channel, row, column; neither they nor their positions change
 * @param type floating, of 16 or 32 bits
 */
public record StoredLatents(List<ByteBuffer> elements, DataType type, int channels, int height, int width)
        implements Latents {
    public StoredLatents {
        elements = List.copyOf(elements);
        if (elements.isEmpty() || channels < 1 || height < 1 || width < 1) {
            throw new IllegalArgumentException("%d latents of %d x %d x %d: each number must be at least 1"
                    .formatted(elements.size(), channels, height, width));
        }
        long bytes = (long) channels * height * width * type.getNumOfBytes();
        for (ByteBuffer latent : elements) {
            if (latent.remaining() != bytes) {
                throw new IllegalArgumentException("%d bytes for a latent of %d x %d x %d in %s, which has %d"
                        .formatted(latent.remaining(), channels, height, width, type, bytes));
            }
        }
    }

    @Override
    public int count() {
        return elements.size();
    }

    @Override
    public StoredLatents slice(int from, int to) {
        return from == 0 && to == count()
                ? this
                : new StoredLatents(elements.subList(from, to), type, channels, height, width);
    }

    @Override
    public NDArray tensor(NDManager manager) {
        if (type == DataType.BFLOAT16) { // DJL makes no tensor of it
            return Torch.tensor(manager, this::putBfloat16, count(), channels, height, width);
        }
        return Torch.stored(manager, elements, type, count(), channels, height, width);
    }

    private void putBfloat16(FloatBuffer into) {
        for (ByteBuffer latent : elements) {
            ByteBuffer halves = latent.slice().order(ByteOrder.LITTLE_ENDIAN);
            while (halves.hasRemaining()) {
                into.put(Float.intBitsToFloat(halves.getShort() << 16));
            }
        }
    }
}
