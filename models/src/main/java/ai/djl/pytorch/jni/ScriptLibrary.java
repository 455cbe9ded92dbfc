package ai.djl.pytorch.jni;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Functions written in TorchScript source, callable from Java with gradients: the way to the PyTorch operators that DJL's
 * native library does not export.
 *
 * <p>PyTorch loads TorchScript from a zip archive with the source text and a pickled module. The archive is written
 * here, so no Python is needed. A library has no state and is thread-safe.
 */
public final class ScriptLibrary {
    private static final String HEAD =
            "class M(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n";

    private final PtSymbolBlock module;

    private ScriptLibrary(PtSymbolBlock module) {
        this.module = module;
    }

    /**
     * Loads functions.
     *
     * @param manager owns the library
     * @param functions TorchScript text of the functions, each {@code def name(self: __torch__.M, x: Tensor) -> Tensor:}
     */
    public static ScriptLibrary load(PtNDManager manager, String functions) {
        try {
            byte[] archive = archive(HEAD + functions.indent(2));
            return new ScriptLibrary(JniUtils.loadModule(manager, new ByteArrayInputStream(archive), false, false));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Calls a function that returns one tensor.
     *
     * @param manager owns the result
     * @param arguments tensors, lists of tensors, {@code Long}, {@code Double}, {@code Boolean} or {@code long[]}, as declared
     */
    public PtNDArray call(PtNDManager manager, String function, Object... arguments) {
        return new PtNDArray(manager, run(function, arguments, true));
    }

    /** Calls a function that returns nothing, for example one that changes its arguments in place. */
    public void execute(String function, Object... arguments) {
        run(function, arguments, false);
    }

    private long run(String function, Object[] arguments, boolean hasResult) {
        PyTorchLibrary library = PyTorchLibrary.LIB;
        long[] handles = new long[arguments.length];
        try {
            for (int i = 0; i < arguments.length; i++) {
                handles[i] = value(library, arguments[i]);
            }
            // true, false: record gradients, do not copy the arguments to the module's device
            long result = library.moduleRunMethod(module.getHandle(), function, handles, true, false);
            try {
                return hasResult ? library.iValueToTensor(result) : 0;
            } finally {
                library.torchDeleteIValue(result);
            }
        } finally {
            for (long handle : handles) {
                if (handle != 0) {
                    library.torchDeleteIValue(handle);
                }
            }
        }
    }

    private static long value(PyTorchLibrary library, @Nullable Object argument) {
        if (argument instanceof PtNDArray tensor) {
            return library.iValueFromTensor(tensor.getHandle());
        } else if (argument instanceof List<?> tensors) {
            return library.iValueFromTensorList(tensors.stream()
                    .mapToLong(tensor -> ((PtNDArray) tensor).getHandle())
                    .toArray());
        } else if (argument instanceof Long number) {
            return library.iValueFromLong(number);
        } else if (argument instanceof Double number) {
            return library.iValueFromDouble(number);
        } else if (argument instanceof Boolean flag) {
            return library.iValueFromBool(flag);
        } else if (argument instanceof long[] numbers) {
            return library.iValueFromLongList(numbers);
        }
        throw new IllegalArgumentException("no TorchScript value for " + argument);
    }

    private static byte[] archive(String code) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            store(zip, "m/data.pkl", pickledModule());
            store(zip, "m/code/__torch__.py", code.getBytes(StandardCharsets.UTF_8));
            store(zip, "m/constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'}); // protocol 2, empty tuple, stop
            store(zip, "m/version", "10\n".getBytes(StandardCharsets.US_ASCII));
        }
        return bytes.toByteArray();
    }

    /** A pickle of {@code __torch__.M()} with the one attribute {@code training = True}. */
    private static byte[] pickledModule() throws IOException {
        ByteArrayOutputStream pickle = new ByteArrayOutputStream();
        pickle.write(new byte[] {(byte) 0x80, 2}); // protocol 2
        pickle.write("c__torch__\nM\n".getBytes(StandardCharsets.US_ASCII)); // global __torch__.M
        pickle.write(new byte[] {')', (byte) 0x81, '}', '('}); // empty tuple, new object, empty dict, mark
        pickle.write(new byte[] {'X', 8, 0, 0, 0}); // string of 8 bytes
        pickle.write("training".getBytes(StandardCharsets.US_ASCII));
        pickle.write(new byte[] {(byte) 0x88, 'u', 'b', '.'}); // true, set items, build, stop
        return pickle.toByteArray();
    }

    /** PyTorch maps the entries into memory, so they must not be compressed. */
    private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        CRC32 checksum = new CRC32();
        checksum.update(content);
        entry.setCrc(checksum.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
