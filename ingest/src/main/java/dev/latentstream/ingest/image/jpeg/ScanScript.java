package dev.latentstream.ingest.image.jpeg;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The coefficients that the scans of a JPEG file contain, and their bits (ITU-T T.81, annex G).
 *
 * <p>A file that was cut exactly between two scans and ended has no damaged code; it only lacks scans. Decoders show it all the same,
 * blurred or without colour.
 */
public final class ScanScript {
    private static final int COEFFICIENTS = 64;

    /** Stands for a coefficient without any bits. */
    private static final int ABSENT = 16;

    private final int[] componentIds;

    /** Bits that are still missing of each coefficient of each component. */
    private final int[][] missing;

    /** @param componentIds in the order of the frame header */
    public ScanScript(int... componentIds) {
        this.componentIds = componentIds.clone();
        this.missing = new int[componentIds.length][COEFFICIENTS];
        for (int[] component : missing) {
            Arrays.fill(component, ABSENT);
        }
    }

    /**
     * Adds a scan.
     *
     * @param header the segment of its header, without marker and length
     * @param progressive whether it may contain some coefficients or bits only
     * @throws IndexOutOfBoundsException if the header is too short
     */
    public void add(ByteBuffer header, boolean progressive) {
        int count = header.get(0) & 0xff;
        int parameters = 1 + 2 * count;
        int first = progressive ? header.get(parameters) & 63 : 0;
        int last = progressive ? header.get(parameters + 1) & 63 : COEFFICIENTS - 1;
        int lowestBit = progressive ? header.get(parameters + 2) & 15 : 0;
        boolean[] scanned = new boolean[componentIds.length];
        for (int i = 0; i < count; i++) {
            int component = component(header.get(1 + 2 * i) & 0xff, scanned);
            if (component >= 0) {
                scanned[component] = true;
                for (int coefficient = first; coefficient <= last; coefficient++) {
                    missing[component][coefficient] = Math.min(missing[component][coefficient], lowestBit);
                }
            }
        }
    }

    /** Returns the first component with an id that the scan does not have yet, as decoders do; negative if there is none. */
    private int component(int id, boolean[] scanned) {
        for (int i = 0; i < componentIds.length; i++) {
            if (componentIds[i] == id && !scanned[i]) {
                return i;
            }
        }
        return -1;
    }

    /** Returns how many coefficients of a block of each component lack bits. */
    public int incomplete() {
        return (int) Arrays.stream(missing)
                .flatMapToInt(Arrays::stream)
                .filter(bits -> bits > 0)
                .count();
    }

    /** Returns the number of coefficients of a block of each component. */
    public int coefficients() {
        return COEFFICIENTS * componentIds.length;
    }
}
