package dev.latentstream.models.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import ai.djl.ndarray.NDManager;
import dev.latentstream.models.Reference;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real files with a few bytes changed are either read or refused in one message; nothing else happens. */
class SafetensorsFuzzTest {
    private static final int MUTATIONS = 400;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unet-mixed/diffusion_pytorch_model.safetensors",
                "autoencoder-tiny/diffusion_pytorch_model.safetensors",
                "blip/reference.safetensors"
            })
    void aMutatedFileIsReadOrRefused(String real) throws IOException {
        byte[] original = Files.readAllBytes(Reference.folder(real));
        SplittableRandom random = new SplittableRandom(real.hashCode());
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] mutated = mutated(original, random);
            Path path = Files.write(folder.resolve("mutated.safetensors"), mutated);
            refused += isRefused(path, mutated.length, i) ? 1 : 0;
        }
        assertThat(refused).isBetween(MUTATIONS / 2, MUTATIONS - 1); // most changes matter, some do not
    }

    private boolean isRefused(Path path, int size, int mutation) {
        long before = allocated();
        try (Safetensors file = Safetensors.open(path);
                NDManager scope = manager.newSubManager()) {
            for (String name : file.names()) {
                assertThat(file.tensor(scope, name).getShape()).isEqualTo(file.shape(name));
            }
            return false;
        } catch (IOException e) {
            assertThat(e).hasMessageStartingWith(path + ": ");
            assertThat(String.valueOf(e.getMessage()).length()).isLessThan(1000);
            assertThat(allocated() - before).isLessThan(20L * size + (1 << 20));
            return true;
        } catch (RuntimeException e) {
            return fail("mutation %d of %s".formatted(mutation, path), e);
        }
    }

    private static byte[] mutated(byte[] original, SplittableRandom random) {
        byte[] bytes = original.clone();
        int headerEnd =
                8 + (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        switch (random.nextInt(6)) {
            case 0 -> bytes[random.nextInt(8)] = (byte) random.nextInt(256);
            case 1 -> flip(bytes, headerEnd, 1 + random.nextInt(4), random);
            case 2 -> replaceDigit(bytes, headerEnd, random);
            case 3 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case 4 -> bytes = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(64));
            default -> { // a part of the header over another
                int length = 1 + random.nextInt(60);
                int from = 8 + random.nextInt(headerEnd - 8 - length);
                int to = 8 + random.nextInt(headerEnd - 8 - length);
                System.arraycopy(original, from, bytes, to, length);
            }
        }
        return bytes;
    }

    private static void flip(byte[] bytes, int end, int count, SplittableRandom random) {
        for (int i = 0; i < count; i++) {
            bytes[8 + random.nextInt(end - 8)] ^= (byte) (1 << random.nextInt(8));
        }
    }

    private static void replaceDigit(byte[] bytes, int end, SplittableRandom random) {
        int at = 8 + random.nextInt(end - 8);
        while (at < end - 1 && !Character.isDigit(bytes[at])) {
            at++;
        }
        bytes[at] = (byte) ('0' + random.nextInt(10));
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
