package dev.latentstream.ingest.image;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Draws with Java2D and encodes with the JDK, independently of the tested code. */
public final class TestImages {
    /** Real photographs, which are not part of the project. */
    static final Path PHOTOS = Path.of("..", "..", "shared", "assets", "photos");

    private TestImages() {}

    /** Returns a smooth gradient with a few sharp shapes and four different corners. */
    public static BufferedImage drawing(int width, int height) {
        return drawing(width, height, BufferedImage.TYPE_INT_RGB);
    }

    static BufferedImage drawing(int width, int height, int type) {
        BufferedImage image = new BufferedImage(width, height, type);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setPaint(new GradientPaint(0, 0, new Color(220, 60, 40), width, height, new Color(30, 90, 230)));
        graphics.fillRect(0, 0, width, height);
        graphics.setColor(new Color(250, 220, 30));
        graphics.fillOval(width / 8, height / 6, width / 3, height / 3);
        graphics.setColor(new Color(20, 120, 50));
        graphics.fillRect(width * 5 / 8, height / 2, width / 4, height / 3);
        graphics.dispose();
        return image;
    }

    /** Returns an image of one colour. */
    static BufferedImage plain(int width, int height, Color colour) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, colour.getRGB());
            }
        }
        return image;
    }

    /** Returns 16-bit samples, each 257 times the 8-bit one, without colour conversion. */
    static BufferedImage deep(BufferedImage rgb) {
        ColorModel model = new ComponentColorModel(
                ColorSpace.getInstance(ColorSpace.CS_sRGB), false, false, ColorModel.OPAQUE, DataBuffer.TYPE_USHORT);
        WritableRaster raster = model.createCompatibleWritableRaster(rgb.getWidth(), rgb.getHeight());
        for (int y = 0; y < rgb.getHeight(); y++) {
            for (int x = 0; x < rgb.getWidth(); x++) {
                for (int band = 0; band < 3; band++) {
                    raster.setSample(x, y, band, 257 * rgb.getRaster().getSample(x, y, band));
                }
            }
        }
        return new BufferedImage(model, raster, false, null);
    }

    public static byte[] png(BufferedImage image) {
        return encode("png", image);
    }

    /** Encodes in the seven passes of Adam7. */
    static byte[] interlacedPng(BufferedImage image) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        ImageWriteParam param = writer.getDefaultWriteParam();
        param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream output = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(output);
            writer.write(null, new IIOImage(image, null, null), param);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    public static byte[] jpeg(BufferedImage image) {
        return jpeg(image, 0.95f, ImageWriteParam.MODE_DISABLED);
    }

    static byte[] progressiveJpeg(BufferedImage image) {
        return jpeg(image, 0.95f, ImageWriteParam.MODE_DEFAULT);
    }

    static byte[] jpeg(BufferedImage image, float quality, int progressive) {
        return jpeg(new IIOImage(image, null, null), quality, progressive);
    }

    /** Encodes four channels unchanged, without a marker that defines their meaning. */
    static byte[] fourChannelJpeg(WritableRaster raster) {
        return jpeg(new IIOImage(raster, null, null), 1, ImageWriteParam.MODE_DISABLED);
    }

    private static byte[] jpeg(IIOImage image, float quality, int progressive) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam param = writer.getDefaultWriteParam();
        param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        param.setCompressionQuality(quality);
        param.setProgressiveMode(progressive);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream output = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(output);
            writer.write(null, image, param);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    public static byte[] encode(String format, BufferedImage image) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(image, format, bytes)) {
                throw new IllegalArgumentException("the JDK cannot write this image as " + format);
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    public static BufferedImage decode(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return decode(copy);
    }

    static BufferedImage decode(byte[] bytes) {
        try {
            return ImageIO.read(new ByteArrayInputStream(bytes));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    static Color colour(BufferedImage image, int x, int y) {
        return new Color(image.getRGB(x, y));
    }

    /** Returns the largest difference of a channel. */
    static int difference(Color a, Color b) {
        return Math.max(
                Math.abs(a.getRed() - b.getRed()),
                Math.max(Math.abs(a.getGreen() - b.getGreen()), Math.abs(a.getBlue() - b.getBlue())));
    }

    /** Returns the peak signal-to-noise ratio in decibels. */
    static double psnr(BufferedImage a, BufferedImage b) {
        double squares = 0;
        for (int y = 0; y < a.getHeight(); y++) {
            for (int x = 0; x < a.getWidth(); x++) {
                Color left = colour(a, x, y);
                Color right = colour(b, x, y);
                squares += Math.pow(left.getRed() - right.getRed(), 2)
                        + Math.pow(left.getGreen() - right.getGreen(), 2)
                        + Math.pow(left.getBlue() - right.getBlue(), 2);
            }
        }
        double mean = squares / (3.0 * a.getWidth() * a.getHeight());
        return mean == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(255 * 255 / mean);
    }

    /** Downscales by an integer factor, averaging the pixels of each block. */
    static BufferedImage areaMean(BufferedImage image, int scale) {
        BufferedImage mean =
                new BufferedImage(image.getWidth() / scale, image.getHeight() / scale, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < mean.getHeight(); y++) {
            for (int x = 0; x < mean.getWidth(); x++) {
                int[] sums = new int[3];
                for (int i = 0; i < scale * scale; i++) {
                    Color colour = colour(image, x * scale + i % scale, y * scale + i / scale);
                    sums[0] += colour.getRed();
                    sums[1] += colour.getGreen();
                    sums[2] += colour.getBlue();
                }
                double count = scale * scale;
                mean.setRGB(
                        x,
                        y,
                        new Color((int) Math.round(sums[0] / count), (int) Math.round(sums[1] / count), (int)
                                        Math.round(sums[2] / count))
                                .getRGB());
            }
        }
        return mean;
    }

    /** Returns an empty list if they are absent. */
    public static List<Path> photos() {
        if (!Files.isDirectory(PHOTOS)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(PHOTOS)) {
            return files.filter(file -> file.toString().endsWith(".jpg"))
                    .sorted()
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
