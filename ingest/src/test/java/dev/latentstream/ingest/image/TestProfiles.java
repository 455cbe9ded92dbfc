package dev.latentstream.ingest.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Handmade ICC profiles (ICC.1:2001-04), and the colours they define, by arithmetic. */
final class TestProfiles {
    /** Matrices to XYZ at D50, with columns red, green and blue. */
    static final double[][] DISPLAY_P3 = {
        {0.515102, 0.291965, 0.157153}, {0.241182, 0.692236, 0.066582}, {-0.001050, 0.041882, 0.784378}
    };

    static final double[][] ADOBE_RGB = {
        {0.609741, 0.205276, 0.149185}, {0.311111, 0.625671, 0.063217}, {0.019470, 0.060867, 0.744568}
    };

    private static final double[][] XYZ_TO_SRGB = {
        {3.134051, -1.617027, -0.490652}, {-0.978762, 1.916142, 0.033450}, {0.071966, -0.228986, 1.405386}
    };

    private TestProfiles() {}

    /** Returns a display profile with three primaries and one exponent. */
    static byte[] matrix(double[][] primaries, double gamma) {
        return profile("mntr", "RGB ", "XYZ ", matrixTags(primaries, gamma));
    }

    /** Returns such a profile with a chain of unit matrices beside it, all of them the same bytes. */
    static byte[] chain(double[][] primaries, double gamma, int elements) {
        int table = 16 + 8 * elements;
        ByteBuffer chain = ByteBuffer.allocate(table + 60);
        chain.put(ascii("mpet"))
                .putInt(0)
                .putShort((short) 3)
                .putShort((short) 3)
                .putInt(elements);
        for (int i = 0; i < elements; i++) {
            chain.putInt(table).putInt(60);
        }
        chain.put(ascii("matf")).putInt(0).putShort((short) 3).putShort((short) 3);
        for (int i = 0; i < 9; i++) {
            chain.putFloat(i % 4 == 0 ? 1 : 0);
        }
        Map<String, byte[]> tags = matrixTags(primaries, gamma);
        tags.put("D2B0", chain.array());
        return profile("mntr", "RGB ", "XYZ ", tags);
    }

    private static Map<String, byte[]> matrixTags(double[][] primaries, double gamma) {
        Map<String, byte[]> tags = new LinkedHashMap<>();
        tags.put("desc", description());
        tags.put("wtpt", xyz(0.9642, 1, 0.8249));
        tags.put("rXYZ", xyz(primaries[0][0], primaries[1][0], primaries[2][0]));
        tags.put("gXYZ", xyz(primaries[0][1], primaries[1][1], primaries[2][1]));
        tags.put("bXYZ", xyz(primaries[0][2], primaries[1][2], primaries[2][2]));
        for (String curve : new String[] {"rTRC", "gTRC", "bTRC"}) {
            tags.put(curve, curve(gamma));
        }
        return tags;
    }

    static byte[] grey(double gamma) {
        Map<String, byte[]> tags = new LinkedHashMap<>();
        tags.put("desc", description());
        tags.put("wtpt", xyz(0.9642, 1, 0.8249));
        tags.put("kTRC", curve(gamma));
        return profile("mntr", "GRAY", "XYZ ", tags);
    }

    /** Returns the profile of a fictitious press: black is black, and every other ink alone is this colour in CIE Lab. */
    static byte[] inks(int lightness, int a, int b) {
        return press(Map.of("A2B0", table(lightness, a, b)));
    }

    /** Returns the profile of a press with one colour for the perceptual and another for the colorimetric intent. */
    static byte[] inksByIntent(int[] perceptual, int[] colorimetric) {
        return press(Map.of(
                "A2B0",
                table(perceptual[0], perceptual[1], perceptual[2]),
                "A2B1",
                table(colorimetric[0], colorimetric[1], colorimetric[2])));
    }

    private static byte[] press(Map<String, byte[]> tables) {
        Map<String, byte[]> tags = new LinkedHashMap<>();
        tags.put("desc", description());
        tags.put("wtpt", xyz(0.9642, 1, 0.8249));
        tags.putAll(tables);
        return profile("prtr", "CMYK", "Lab ", tags);
    }

    private static byte[] table(int lightness, int a, int b) {
        ByteArrayOutputStream corners = new ByteArrayOutputStream();
        for (int corner = 0; corner < 16; corner++) { // the last ink changes fastest
            boolean black = (corner & 1) != 0;
            boolean colour = (corner & 0b1110) != 0;
            corners.write(black ? 0 : colour ? lightness * 255 / 100 : 255);
            corners.write(black || !colour ? 128 : a + 128);
            corners.write(black || !colour ? 128 : b + 128);
        }
        ByteBuffer table = ByteBuffer.allocate(48 + 4 * 256 + 16 * 3 + 3 * 256);
        table.put(ascii("mft1"))
                .putInt(0)
                .put((byte) 4)
                .put((byte) 3)
                .put((byte) 2)
                .put((byte) 0);
        for (int i = 0; i < 9; i++) {
            table.putInt(i % 4 == 0 ? 1 << 16 : 0); // the unit matrix
        }
        putIdentities(table, 4);
        table.put(corners.toByteArray());
        putIdentities(table, 3);
        return table.array();
    }

    private static void putIdentities(ByteBuffer table, int count) {
        for (int i = 0; i < count * 256; i++) {
            table.put((byte) i);
        }
    }

    /** Converts a colour of such a display to sRGB, 0 to 255, clipped. */
    static int[] toSrgb(double[][] primaries, double gamma, int... rgb) {
        double[] linear = new double[3];
        for (int i = 0; i < 3; i++) {
            linear[i] = Math.pow(rgb[i] / 255.0, gamma);
        }
        double[] srgb = times(XYZ_TO_SRGB, times(primaries, linear));
        int[] levels = new int[3];
        for (int i = 0; i < 3; i++) {
            levels[i] = (int) Math.round(255 * companded(Math.max(0, Math.min(1, srgb[i]))));
        }
        return levels;
    }

    private static double companded(double linear) {
        return linear <= 0.0031308 ? 12.92 * linear : 1.055 * Math.pow(linear, 1 / 2.4) - 0.055;
    }

    private static double[] times(double[][] matrix, double[] vector) {
        double[] product = new double[3];
        for (int row = 0; row < 3; row++) {
            for (int column = 0; column < 3; column++) {
                product[row] += matrix[row][column] * vector[column];
            }
        }
        return product;
    }

    private static byte[] profile(String type, String colours, String connection, Map<String, byte[]> tags) {
        int offset = 128 + 4 + 12 * tags.size();
        int size = offset + tags.values().stream().mapToInt(tag -> tag.length).sum();
        ByteBuffer profile = ByteBuffer.allocate(size);
        profile.putInt(size)
                .putInt(0)
                .putInt(0x02400000)
                .put(ascii(type))
                .put(ascii(colours))
                .put(ascii(connection));
        profile.position(36).put(ascii("acsp"));
        profile.position(68).put(xyz(0.9642, 1, 0.8249), 8, 12); // the illuminant
        profile.position(128).putInt(tags.size());
        for (Map.Entry<String, byte[]> tag : tags.entrySet()) {
            profile.put(ascii(tag.getKey())).putInt(offset).putInt(tag.getValue().length);
            offset += tag.getValue().length;
        }
        tags.values().forEach(profile::put);
        return profile.array();
    }

    private static byte[] description() {
        return ByteBuffer.allocate(96)
                .put(ascii("desc"))
                .putInt(0)
                .putInt(5)
                .put(ascii("test"))
                .array();
    }

    private static byte[] xyz(double x, double y, double z) {
        return ByteBuffer.allocate(20)
                .put(ascii("XYZ "))
                .putInt(0)
                .putInt(fixed(x))
                .putInt(fixed(y))
                .putInt(fixed(z))
                .array();
    }

    private static byte[] curve(double gamma) {
        return ByteBuffer.allocate(16)
                .put(ascii("curv"))
                .putInt(0)
                .putInt(1)
                .putShort((short) Math.round(gamma * 256))
                .array();
    }

    private static int fixed(double value) {
        return (int) Math.round(value * 65536);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
