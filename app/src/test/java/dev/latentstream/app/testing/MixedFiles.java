package dev.latentstream.app.testing;

import dev.latentstream.scenes.SceneRenderer;
import dev.latentstream.scenes.Scenes;
import dev.latentstream.schemas.RejectionReason;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Writes files as they occur in real folders, with the JDK's encoders: valid ones in many forms, broken ones, duplicates. */
public final class MixedFiles {
    /** Number of scenes in plain files: even ones JPEG, odd ones PNG. */
    private static final int PLAIN = 20;

    private static final int SIDE = 64;
    private static final long SEED = 11;

    private final Path folder;
    private final Map<Path, RejectionReason> refused = new HashMap<>();
    private int scenes;

    private MixedFiles(Path folder) {
        this.folder = folder;
    }

    /** Writes a folder of all kinds. */
    public static MixedFiles write(Path folder) throws IOException {
        Files.createDirectories(folder);
        MixedFiles files = new MixedFiles(folder);
        files.writePlain();
        files.writeForms();
        files.writeRefused();
        files.writeDuplicates();
        return files;
    }

    /** Returns the files that ingest must refuse whatever came before, each with the reason. */
    public Map<Path, RejectionReason> refused() {
        return Map.copyOf(refused);
    }

    public Path file(String name) {
        return folder.resolve(name);
    }

    private void writePlain() throws IOException {
        for (int i = 0; i < PLAIN; i++) {
            String name = "scene-%02d".formatted(i);
            String format = i % 2 == 0 ? "jpg" : "png";
            put(name + "." + format, encode(format, scene()));
            if (i % 3 == 0) {
                put(name + ".txt", "IMG_%04d".formatted(i).getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private void writeForms() throws IOException {
        put("form.bmp", encode("bmp", scene()));
        put("form.tif", encode("tif", scene()));
        put("still.gif", encode("gif", converted(scene(), BufferedImage.TYPE_BYTE_INDEXED)));
        put("grey.jpg", encode("jpg", converted(scene(), BufferedImage.TYPE_BYTE_GRAY)));
        put("grey.png", encode("png", converted(scene(), BufferedImage.TYPE_USHORT_GRAY)));
        put("deep.png", encode("png", deep(scene())));
        put("cmyk.jpg", fourInks(scene()));
        put("moving.gif", animation(scene(), scene()));
        put("upright.jpg", turned(encode("jpg", scene()), 6));
    }

    private void writeRefused() throws IOException {
        byte[] whole = encode("jpg", scene());
        refuse("truncated.jpg", Arrays.copyOf(whole, whole.length / 2), RejectionReason.UNDECODABLE);
        refuse("empty.jpg", new byte[0], RejectionReason.EMPTY);
        refuse("page.jpg", utf8("<!DOCTYPE html><title>404</title>"), RejectionReason.UNKNOWN_FORMAT);
        refuse("notes.png", utf8("to do: find the image"), RejectionReason.UNKNOWN_FORMAT);
        refuse("small.png", encode("png", scene(48, 48)), RejectionReason.TOO_SMALL);
        refuse("wide.png", encode("png", scene(4 * SIDE, SIDE)), RejectionReason.ASPECT_RATIO);
        refuse("huge.png", claiming(encode("png", scene()), 30_000, 30_000), RejectionReason.TOO_MANY_PIXELS);
    }

    private void writeDuplicates() throws IOException {
        Files.copy(file("scene-00.jpg"), file("copy-of-scene-00.jpg"));
        Files.copy(file("empty.jpg"), file("empty-too.jpg"));
        BufferedImage pixels = ImageIO.read(file("scene-01.png").toFile());
        put("pixels-of-scene-01.bmp", encode("bmp", pixels));
    }

    private void refuse(String name, byte[] bytes, RejectionReason reason) throws IOException {
        put(name, bytes);
        refused.put(file(name), reason);
    }

    private void put(String name, byte[] bytes) throws IOException {
        Files.write(file(name), bytes);
    }

    private BufferedImage scene() {
        return scene(SIDE, SIDE);
    }

    private BufferedImage scene(int width, int height) {
        return SceneRenderer.render(Scenes.scene(SEED, scenes++), width, height);
    }

    public static byte[] encode(String format, BufferedImage image) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        if (!ImageIO.write(image, format, bytes)) {
            throw new IllegalArgumentException("the JDK cannot write this image as " + format);
        }
        return bytes.toByteArray();
    }

    private static BufferedImage converted(BufferedImage image, int type) {
        BufferedImage converted = new BufferedImage(image.getWidth(), image.getHeight(), type);
        converted.createGraphics().drawImage(image, 0, 0, null);
        return converted;
    }

    /** Converts to 16 bits per channel. */
    private static BufferedImage deep(BufferedImage image) {
        ComponentColorModel model = new ComponentColorModel(
                ColorSpace.getInstance(ColorSpace.CS_sRGB), false, false, Transparency.OPAQUE, DataBuffer.TYPE_USHORT);
        WritableRaster raster = model.createCompatibleWritableRaster(image.getWidth(), image.getHeight());
        BufferedImage deep = new BufferedImage(model, raster, false, null);
        deep.createGraphics().drawImage(image, 0, 0, null);
        return deep;
    }

    /** Encodes as CMYK without black. */
    private static byte[] fourInks(BufferedImage image) throws IOException {
        WritableRaster inks =
                Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, image.getWidth(), image.getHeight(), 4, null);
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int rgb = image.getRGB(x, y);
                inks.setPixel(x, y, new int[] {255 - (rgb >> 16 & 255), 255 - (rgb >> 8 & 255), 255 - (rgb & 255), 0});
            }
        }
        return written("jpeg", new IIOImage(inks, null, null));
    }

    private static byte[] animation(BufferedImage... frames) throws IOException {
        return written(
                "gif",
                Arrays.stream(frames)
                        .map(frame -> new IIOImage(converted(frame, BufferedImage.TYPE_BYTE_INDEXED), null, null))
                        .toArray(IIOImage[]::new));
    }

    /** Encodes one image, or a sequence. */
    private static byte[] written(String format, IIOImage... images) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream output = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(output);
            if (images.length == 1) {
                writer.write(images[0]);
            } else {
                writer.prepareWriteSequence(null);
                for (IIOImage image : images) {
                    writer.writeToSequence(image, null);
                }
                writer.endWriteSequence();
            }
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** Adds an EXIF block that contains only an orientation, after the start-of-image marker. */
    private static byte[] turned(byte[] jpeg, int orientation) {
        return ByteBuffer.allocate(jpeg.length + 36)
                .put(jpeg, 0, 2)
                .putShort((short) 0xffe1)
                .putShort((short) 34)
                .put(utf8("Exif\0\0MM"))
                .putShort((short) 42)
                .putInt(8) // the directory starts here
                .putShort((short) 1) // with one entry
                .putShort((short) 274) // orientation
                .putShort((short) 3) // an unsigned short
                .putInt(1)
                .putShort((short) orientation)
                .putShort((short) 0)
                .putInt(0) // no further directory
                .put(jpeg, 2, jpeg.length - 2)
                .array();
    }

    /** Replaces the size in the header chunk, whose data starts at byte 16 and whose checksum is at byte 29. */
    private static byte[] claiming(byte[] png, int width, int height) {
        ByteBuffer file = ByteBuffer.wrap(png.clone()).putInt(16, width).putInt(20, height);
        CRC32 checksum = new CRC32();
        checksum.update(file.array(), 12, 17);
        return file.putInt(29, (int) checksum.getValue()).array();
    }

    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
