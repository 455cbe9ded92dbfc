package dev.latentstream.ingest.image;

import dev.latentstream.schemas.Sha256;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.ColorConvertOp;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/** Converts pixels with any ICC profile to sRGB, through the JDK's colour management. Not thread-safe. */
final class SrgbConverter {
    /** Few profiles are in wide use, and creating a conversion costs as much as applying it to an image. */
    private static final int CACHED = 16;

    /** Maximum difference in levels at which a profile counts as sRGB: less than JPEG's rounding. */
    private static final int SAME_WITHIN = 2;

    /** Places in a profile's header (ICC.1, section 7.2). */
    private static final int CLASS = 12;

    private static final int COLOUR_SPACE = 16;

    private static final int[] PROBE_LEVELS = {0, 64, 128, 192, 255};

    /** Larger than any profile in use. */
    static final int MAX_PROFILE_BYTES = 4 << 20;

    private static final int TAG_TABLE = 128;
    private static final int TAG_BYTES = 12;
    private static final int MULTI_PROCESS_ELEMENTS = 0x6d706574; // mpet

    /** More than the matrices, curves and tables of any profile in use. */
    private static final int MAX_ELEMENTS = 16;

    /** Keyed by the profile's hash: the profile itself may be a slice of a file and would keep the file in memory. */
    private final Map<String, Conversion> conversions = new LinkedHashMap<>(CACHED, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Conversion> eldest) {
            return size() > CACHED;
        }
    };

    /** The conversion for a profile. */
    private record Conversion(
            int channels,
            @Nullable ColorConvertOp operation,
            @Nullable String ignoredBecause) {}

    /**
     * Pixels in sRGB, and the treatment of their profile.
     *
     * @param bgr three channels
     * @param profile {@code applied}, {@code sRGB}, {@code ignored: ...}; null without a profile
     */
    record Converted(Mat bgr, @Nullable String profile) {}

    /** @param pixels 8 bits per sample: grey, BGR or CMYK */
    Converted toSrgb(Mat pixels, @Nullable ByteBuffer profile) {
        if (profile == null) {
            return new Converted(plainBgr(pixels), null);
        }
        if (profile.remaining() > MAX_PROFILE_BYTES) {
            return new Converted(plainBgr(pixels), "ignored: it has more than %d bytes".formatted(MAX_PROFILE_BYTES));
        }
        if (profile.remaining() < TAG_TABLE) {
            return new Converted(plainBgr(pixels), "ignored: it is incomplete");
        }
        Conversion conversion = conversions.computeIfAbsent(Sha256.hex(profile), hash -> prepare(profile));
        if (conversion.ignoredBecause != null) {
            return new Converted(plainBgr(pixels), "ignored: " + conversion.ignoredBecause);
        }
        if (conversion.channels == 3 && pixels.channels() == 1) {
            return toSrgb(plainBgr(pixels), profile);
        }
        if (conversion.channels != pixels.channels()) {
            String why = "it has %d channels, the image %d".formatted(conversion.channels, pixels.channels());
            return new Converted(plainBgr(pixels), "ignored: " + why);
        }
        if (conversion.operation == null) {
            return new Converted(plainBgr(pixels), "sRGB");
        }
        byte[] converted =
                apply(conversion.operation, Pixels.toArray(pixels), Pixels.size(pixels), conversion.channels);
        return new Converted(Pixels.fromArray(converted, Pixels.size(pixels), 3), "applied");
    }

    private static Conversion prepare(ByteBuffer bytes) {
        try {
            byte[] copy = new byte[bytes.remaining()];
            bytes.duplicate().get(copy);
            long elements = processingElements(ByteBuffer.wrap(copy));
            if (elements > MAX_ELEMENTS) {
                return new Conversion(0, null, "it has %d processing elements".formatted(elements));
            }
            ICC_Profile profile = ICC_Profile.getInstance(asInput(copy));
            int channels = profile.getNumComponents();
            switch (profile.getColorSpaceType()) {
                case ColorSpace.TYPE_GRAY, ColorSpace.TYPE_RGB, ColorSpace.TYPE_CMYK -> {}
                default -> {
                    String space = new String(copy, COLOUR_SPACE, 4, StandardCharsets.ISO_8859_1);
                    return new Conversion(channels, null, "its colours are %s".formatted(space.strip()));
                }
            }
            ICC_Profile[] path = {profile, ICC_Profile.getInstance(ColorSpace.CS_sRGB)};
            ColorConvertOp operation = new ColorConvertOp(path, null);
            return new Conversion(channels, changesColours(operation, channels) ? operation : null, null);
        } catch (RuntimeException broken) { // the JDK throws several types, which its contract does not specify
            return new Conversion(0, null, "it cannot be used (%s)".formatted(broken.getMessage()));
        }
    }

    /**
     * Turns a printer's profile into that of an input device, which the JDK converts perceptually, as viewers do with any profile. It
     * converts printers' relative-colorimetrically, without black point compensation.
     */
    private static byte[] asInput(byte[] profile) {
        if (profile.length > COLOUR_SPACE
                && new String(profile, CLASS, 4, StandardCharsets.ISO_8859_1).equals("prtr")) {
            System.arraycopy("scnr".getBytes(StandardCharsets.ISO_8859_1), 0, profile, CLASS, 4);
        }
        return profile;
    }

    /**
     * Returns the elements of the longest chain of multi-process elements (ICC.1:2022, section 10.16). They may all be the same bytes,
     * half a million of them in a file, and each is work at every colour.
     */
    private static long processingElements(ByteBuffer profile) {
        long most = 0;
        int tags = Math.min(profile.getInt(TAG_TABLE), (profile.limit() - TAG_TABLE - 4) / TAG_BYTES);
        for (int i = 0; i < tags; i++) {
            long offset = Integer.toUnsignedLong(profile.getInt(TAG_TABLE + 4 + i * TAG_BYTES + 4));
            if (offset + 16 <= profile.limit() && profile.getInt((int) offset) == MULTI_PROCESS_ELEMENTS) {
                most = Math.max(most, Integer.toUnsignedLong(profile.getInt((int) offset + 12)));
            }
        }
        return most;
    }

    /** Also detects well-formed profiles that fail when they are applied. */
    private static boolean changesColours(ColorConvertOp operation, int channels) {
        Size grid = new Size(PROBE_LEVELS.length, (int) Math.pow(PROBE_LEVELS.length, channels - 1.0));
        byte[] probes = new byte[(int) grid.pixels() * channels];
        for (int i = 0; i < probes.length; i++) {
            int digit = (i / channels) / (int) Math.pow(PROBE_LEVELS.length, i % channels);
            probes[i] = (byte) PROBE_LEVELS[digit % PROBE_LEVELS.length];
        }
        byte[] converted = apply(operation, probes, grid, channels);
        if (channels == 4) {
            return true;
        }
        for (int i = 0; i < converted.length; i++) {
            int before = probes[channels == 3 ? i : i / 3] & 0xff;
            if (Math.abs((converted[i] & 0xff) - before) > SAME_WITHIN) {
                return true;
            }
        }
        return false;
    }

    private static byte[] apply(ColorConvertOp operation, byte[] samples, Size size, int channels) {
        WritableRaster converted = raster(new byte[(int) size.pixels() * 3], size, 3);
        operation.filter(raster(samples, size, channels), converted);
        return ((DataBufferByte) converted.getDataBuffer()).getData();
    }

    /** Wraps samples for the JDK: OpenCV stores BGR, the JDK expects RGB. */
    private static WritableRaster raster(byte[] samples, Size size, int channels) {
        int[] offsets = channels == 3 ? new int[] {2, 1, 0} : channels == 4 ? new int[] {0, 1, 2, 3} : new int[] {0};
        return Raster.createInterleavedRaster(
                new DataBufferByte(samples, samples.length),
                size.width(),
                size.height(),
                size.width() * channels,
                channels,
                offsets,
                null);
    }

    private static Mat plainBgr(Mat pixels) {
        return switch (pixels.channels()) {
            case 1 -> {
                Mat bgr = new Mat();
                opencv_imgproc.cvtColor(pixels, bgr, opencv_imgproc.COLOR_GRAY2BGR);
                yield bgr;
            }
            case 4 -> plainBgrOfInks(pixels);
            default -> pixels;
        };
    }

    /** Without a profile, inks are multiplied: no press does exactly that, but every viewer does. */
    private static Mat plainBgrOfInks(Mat cmyk) {
        byte[] inks = Pixels.toArray(cmyk);
        byte[] bgr = new byte[inks.length / 4 * 3];
        for (int i = 0, o = 0; i < inks.length; i += 4, o += 3) {
            int light = 255 - (inks[i + 3] & 0xff);
            bgr[o] = (byte) (((255 - (inks[i + 2] & 0xff)) * light + 127) / 255);
            bgr[o + 1] = (byte) (((255 - (inks[i + 1] & 0xff)) * light + 127) / 255);
            bgr[o + 2] = (byte) (((255 - (inks[i] & 0xff)) * light + 127) / 255);
        }
        return Pixels.fromArray(bgr, Pixels.size(cmyk), 3);
    }
}
