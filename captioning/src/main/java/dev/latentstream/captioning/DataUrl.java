package dev.latentstream.captioning;

import dev.latentstream.schemas.ImageFormat;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Images as JPEG data URLs, which chat services accept. */
final class DataUrl {
    private static final String PREFIX = "data:image/jpeg;base64,";
    private static final float QUALITY = 0.95f;
    private static final int LEAST_SIDE = 112; // half of what vision models take at least, usually 224

    private DataUrl() {}

    /** Encodes an image; a JPEG is sent unchanged. Empty if a PNG cannot be decoded. */
    static Optional<String> of(ByteBuffer image, ImageFormat format) {
        byte[] bytes = new byte[image.remaining()];
        image.duplicate().get(bytes);
        return switch (format) {
            case JPEG -> Optional.of(url(bytes));
            case PNG -> decoded(bytes).map(DataUrl::jpeg).map(DataUrl::url);
        };
    }

    /** Returns the image at half its width and height; empty if a side would be shorter than 112 pixels. */
    static Optional<String> halved(String url) {
        return decoded(Base64.getDecoder().decode(url.substring(PREFIX.length())))
                .filter(image -> Math.min(image.getWidth(), image.getHeight()) / 2 >= LEAST_SIDE)
                .map(image -> url(jpeg(halved(image))));
    }

    private static BufferedImage halved(BufferedImage image) {
        BufferedImage half = new BufferedImage(image.getWidth() / 2, image.getHeight() / 2, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = half.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.drawImage(image, 0, 0, half.getWidth(), half.getHeight(), null);
        graphics.dispose();
        return half;
    }

    /** Returns the reference image, by which a service is tried. */
    static String reference() {
        return url(ReferenceImage.jpeg());
    }

    private static String url(byte[] jpeg) {
        return PREFIX + Base64.getEncoder().encodeToString(jpeg);
    }

    private static Optional<BufferedImage> decoded(byte[] image) {
        try {
            return Optional.ofNullable(ImageIO.read(new ByteArrayInputStream(image)));
        } catch (IOException undecodable) {
            return Optional.empty();
        }
    }

    static byte[] jpeg(BufferedImage image) {
        BufferedImage rgb = new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
        rgb.createGraphics().drawImage(image, 0, 0, null);
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream output = ImageIO.createImageOutputStream(bytes)) {
            ImageWriteParam quality = writer.getDefaultWriteParam();
            quality.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            quality.setCompressionQuality(QUALITY);
            writer.setOutput(output);
            writer.write(null, new IIOImage(rgb, null, null), quality);
        } catch (IOException e) {
            throw new IllegalStateException("cannot encode a JPEG in memory", e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
