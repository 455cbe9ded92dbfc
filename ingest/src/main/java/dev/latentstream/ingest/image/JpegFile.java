package dev.latentstream.ingest.image;

import dev.latentstream.ingest.image.Header.PixelLayout;
import dev.latentstream.ingest.image.Header.Samples;
import dev.latentstream.ingest.image.jpeg.Markers;
import dev.latentstream.ingest.image.jpeg.ScanScript;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JPEG file marker by marker: size, colours, orientation and profile, and whether it is complete.
 *
 * <p>The decoder fills the missing part of a truncated file with grey, so the end is checked here (ITU-T T.81, annex B).
 */
final class JpegFile {
    /** More scans than any encoder writes; each costs a pass over the image. */
    private static final int MAX_SCANS = 100;

    /** Frame headers of progressive files: Huffman and arithmetic coding, each also in differential form. */
    private static final Set<Integer> PROGRESSIVE = Set.of(0xc2, 0xc6, 0xca, 0xce);

    /** Frame headers of files whose scans have all coefficients of a component. */
    private static final Set<Integer> SEQUENTIAL = Set.of(0xc0, 0xc1);

    private static final int BLOCK = 8;

    private static final int END_OF_IMAGE = 0xd9;
    private static final int START_OF_SCAN = 0xda;
    private static final byte[] JFIF = "JFIF\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] ICC_PROFILE = "ICC_PROFILE\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] ADOBE = "Adobe".getBytes(StandardCharsets.ISO_8859_1);

    private final ByteBuffer bytes;
    private final List<int[]> essential = new ArrayList<>(); // start and end of each part
    private final Map<Integer, byte[]> profileParts = new TreeMap<>();
    private int profileCount;
    private @Nullable Size size;
    private @Nullable Refusal damage;
    private @Nullable Orientation orientation;
    private int process;
    private int bits;
    private int components;
    private long coefficientBytes;
    private boolean severalScans;
    private int adobeTransform = -1;
    private ScanScript script = new ScanScript();
    private int scans;
    private final Map<Integer, Byte> usual = new HashMap<>(); // values for bytes that have unusual ones
    private int kept; // place before which all that is essential is listed

    private JpegFile(byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes);
    }

    static Header read(byte[] bytes) {
        JpegFile file = new JpegFile(bytes);
        file.walk();
        return file.header();
    }

    /**
     * Returns the file without comments, profiles and application data, none of which affect the pixels, and with the usual values of fields
     * that affect none, about which decoders would print a line.
     */
    static byte[] essential(byte[] bytes) {
        JpegFile file = new JpegFile(bytes);
        file.walk();
        if (!file.usual.isEmpty()) {
            byte[] edited = bytes.clone();
            file.usual.forEach((place, value) -> edited[place] = value);
            return essential(edited);
        }
        file.keep(file.kept, bytes.length);
        return file.essential();
    }

    /** Notes that a byte of a segment should have another value. */
    private void expect(ByteBuffer segment, int index, int value) {
        if ((segment.get(index) & 0xff) != value) {
            usual.put(segment.arrayOffset() + index, (byte) value);
        }
    }

    private void keep(int start, int end) {
        int[] last = essential.isEmpty() ? new int[2] : essential.get(essential.size() - 1);
        if (last[1] == start && start > 0) {
            last[1] = end;
        } else if (start < end) {
            essential.add(new int[] {start, end});
        }
    }

    private byte[] essential() {
        int length = essential.stream().mapToInt(part -> part[1] - part[0]).sum();
        if (length == bytes.limit()) {
            return bytes.array();
        }
        byte[] parts = new byte[length];
        int copied = 0;
        for (int[] part : essential) {
            System.arraycopy(bytes.array(), part[0], parts, copied, part[1] - part[0]);
            copied += part[1] - part[0];
        }
        return parts;
    }

    private void walk() {
        bytes.getShort(); // start of image
        keep(0, 2);
        int marker = nextMarker();
        while (marker != END_OF_IMAGE && damage == null) {
            if (marker < 0) {
                damage = Refusal.undecodable(
                        "%d bytes".formatted(bytes.limit()), "an end-of-image marker", "the JPEG file ends too early");
            } else if (marker < 0xc0 && marker > 0x01) {
                damage = Refusal.undecodable(
                        "marker %02x".formatted(marker), "c0 to fe", "the JPEG file contains a reserved marker");
            } else if (!hasNoSegment(marker)) {
                readSegment(marker);
            }
            marker = nextMarker();
        }
        if (damage == null && scans == 0) {
            damage = Refusal.undecodable("0 scans", "1", "the JPEG file contains no image data");
        }
        if (damage == null && script.incomplete() > 0) {
            damage = Refusal.undecodable(
                    "%d incomplete".formatted(script.incomplete()),
                    "%d coefficients".formatted(script.coefficients()),
                    "the JPEG file ends before its last scans");
        }
    }

    /** Skips to the next marker after the position; negative at the end of the file. */
    private int nextMarker() {
        byte[] file = bytes.array();
        int last = file.length - 1;
        for (int at = Markers.indexOf(file, bytes.position()); at < last; at = Markers.indexOf(file, at + 1)) {
            int marker = file[at + 1] & 0xff;
            if (marker != 0 && marker != 0xff) { // a stuffed zero, or one of several fill bytes
                bytes.position(at + 2);
                return marker;
            }
        }
        bytes.position(file.length);
        return -1;
    }

    /** True for TEM and the restart markers. */
    private static boolean hasNoSegment(int marker) {
        return marker == 0x01 || (marker >= 0xd0 && marker <= 0xd7);
    }

    private void readSegment(int marker) {
        int length = bytes.remaining() < 2 ? 0 : (bytes.getShort() & 0xffff) - 2;
        if (length < 0 || length > bytes.remaining()) {
            bytes.position(bytes.limit()); // no end-of-image marker will be found
            return;
        }
        ByteBuffer segment = bytes.slice(bytes.position(), length);
        int start = bytes.position() - 4;
        int end = bytes.position() + length;
        if (scans == 0) { // what is between segments affects no pixel, and decoders warn of it
            if (!expendable(marker)) {
                keep(start, end);
            }
            kept = end;
        } else if (expendable(marker)) {
            keep(kept, start);
            kept = end;
        }
        bytes.position(end);
        switch (marker) {
            case START_OF_SCAN -> readScan(segment);
            case 0xe0 -> {
                if (startsWith(segment, JFIF) && segment.limit() > JFIF.length) {
                    expect(segment, JFIF.length, 1); // the first part of its version; there is no other one
                }
            }
            case 0xe1 -> readExif(segment);
            case 0xe2 -> readProfilePart(segment);
            case 0xee -> readAdobe(segment);
            default -> {
                if (marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) {
                    severalScans |= PROGRESSIVE.contains(marker);
                    readFrame(marker, segment);
                }
            }
        }
    }

    /** True for comments, and for application data except JFIF's and Adobe's. */
    private static boolean expendable(int marker) {
        return marker == 0xfe || (marker > 0xe0 && marker <= 0xef && marker != 0xee);
    }

    /** Decoders infer from the first scan whether others follow. */
    private void readScan(ByteBuffer segment) {
        scans++;
        int scanned = segment.get() & 0xff;
        severalScans |= scans == 1 && scanned < components;
        script.add(segment, PROGRESSIVE.contains(process));
        if (SEQUENTIAL.contains(process)) { // every coefficient in one scan, all bits at once
            int parameters = 1 + 2 * scanned;
            expect(segment, parameters, 0);
            expect(segment, parameters + 1, BLOCK * BLOCK - 1);
            expect(segment, parameters + 2, 0);
        }
        if (scans > MAX_SCANS) {
            damage = Refusal.undecodable("" + scans, "" + MAX_SCANS, "the JPEG file has too many scans");
        }
    }

    private void readFrame(int marker, ByteBuffer segment) {
        if (size != null) {
            damage = Refusal.undecodable("2 frames", "1", "the JPEG file has two frame headers");
            return;
        }
        process = marker;
        bits = segment.get() & 0xff;
        int height = segment.getShort() & 0xffff;
        int width = segment.getShort() & 0xffff;
        components = segment.get() & 0xff;
        size = Size.declared(width, height);
        script = new ScanScript(componentIds(segment.slice()));
        coefficientBytes = coefficientBytes(segment, width, height);
    }

    private int[] componentIds(ByteBuffer factors) {
        return IntStream.range(0, components)
                .map(i -> factors.get(3 * i) & 0xff)
                .toArray();
    }

    /** Returns two bytes for each coefficient of the components' blocks (A.1.1 and A.2). */
    private long coefficientBytes(ByteBuffer factors, int width, int height) {
        int across = 1;
        int down = 1;
        long blocks = 0;
        for (int i = 0; i < components; i++) {
            factors.get(); // component id
            int factor = factors.get() & 0xff;
            factors.get(); // quantization table
            across = Math.max(across, factor >> 4);
            down = Math.max(down, factor & 0xf);
            blocks += (factor >> 4) * (long) (factor & 0xf);
        }
        long units = (long) ceilDiv(width, BLOCK * across) * ceilDiv(height, BLOCK * down);
        return units * blocks * BLOCK * BLOCK * 2;
    }

    private static int ceilDiv(int length, int unit) {
        return (length + unit - 1) / unit;
    }

    private void readExif(ByteBuffer segment) {
        if (orientation == null && startsWith(segment, EXIF)) {
            orientation = TiffTags.orientation(segment.slice(EXIF.length, segment.limit() - EXIF.length));
        }
    }

    private void readProfilePart(ByteBuffer segment) {
        if (startsWith(segment, ICC_PROFILE) && segment.limit() > ICC_PROFILE.length + 2) {
            int sequence = segment.get(ICC_PROFILE.length) & 0xff;
            byte[] part = new byte[segment.limit() - ICC_PROFILE.length - 2];
            segment.get(ICC_PROFILE.length + 2, part);
            profileParts.put(sequence, part);
            profileCount = segment.get(ICC_PROFILE.length + 1) & 0xff;
        }
    }

    private void readAdobe(ByteBuffer segment) {
        if (startsWith(segment, ADOBE) && segment.limit() >= 12) {
            adobeTransform = segment.get(11) & 0xff;
        }
    }

    private static boolean startsWith(ByteBuffer segment, byte[] start) {
        return segment.limit() >= start.length && segment.slice(0, start.length).equals(ByteBuffer.wrap(start));
    }

    private Header header() {
        if (size == null) {
            throw BadImageException.damaged("no frame header", "one", "the JPEG file does not give its size");
        }
        return new Header(
                ImageFormat.JPEG,
                size,
                1,
                pixels(size),
                orientation == null ? Orientation.UPRIGHT : orientation,
                profile(),
                damage);
    }

    private PixelLayout pixels(Size size) {
        long coefficients = severalScans ? coefficientBytes : 0; // kept until the last scan
        long inks = components == 4 ? components * size.pixels() : 0; // the JDK decodes into an array
        return new PixelLayout(
                Layouts.jpeg(process, bits, components),
                samples(),
                components,
                coefficients + inks,
                /* lossless */ false);
    }

    private Samples samples() {
        if (components != 4) {
            return Samples.STRAIGHT;
        }
        return switch (adobeTransform) {
            case -1, 0 -> Samples.INVERTED_CMYK; // without Adobe's marker, too: viewers take every writer for Adobe's
            default -> Samples.INVERTED_YCCK;
        };
    }

    /** Returns no bytes for a profile whose parts are not all there: what is left of it means nothing (ICC.1, annex B.4). */
    private @Nullable ByteBuffer profile() {
        if (profileParts.isEmpty()) {
            return null;
        }
        boolean whole = profileParts.keySet().stream().allMatch(sequence -> sequence >= 1 && sequence <= profileCount);
        if (!whole || profileParts.size() != profileCount) {
            return ByteBuffer.allocate(0);
        }
        ByteArrayOutputStream profile = new ByteArrayOutputStream();
        profileParts.values().forEach(profile::writeBytes);
        return ByteBuffer.wrap(profile.toByteArray());
    }
}
