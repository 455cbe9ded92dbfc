package dev.latentstream.scenes;

import dev.latentstream.scenes.SceneLimits.Placement;
import java.util.ArrayList;
import java.util.List;

/** The part of the image reserved for one object, in thousandths. */
record GridCell(int left, int top, int width, int height) {
    private static final int WHOLE = 1000;
    private static final int LEAST_EXTENT = (int) Math.round(SizeName.LEAST * WHOLE);
    private static final int GREATEST_EXTENT = (int) Math.round(SizeName.GREATEST * WHOLE);

    private static final int OFF_CENTRE = 40; // width of the band that the centre of a centred object is in

    // Number of objects in each row, from the top, by the total number of objects.
    private static final List<List<List<Integer>>> ROWS = List.of(
            List.of(List.of(1)),
            List.of(List.of(2), List.of(2), List.of(1, 1)),
            List.of(List.of(1, 2), List.of(2, 1), List.of(3), List.of(1, 1, 1)),
            List.of(List.of(2, 2), List.of(1, 3), List.of(3, 1), List.of(1, 2, 1)),
            List.of(List.of(2, 3), List.of(3, 2), List.of(2, 1, 2), List.of(1, 2, 2)),
            List.of(List.of(3, 3), List.of(2, 2, 2), List.of(3, 3)));

    /** Divides the image into rows of cells of different sizes, from the top. */
    static List<GridCell> divide(int count, SeededRandom draws) {
        List<Integer> rows = draws.oneOf(ROWS.get(count - 1));
        int[] heights = split(rows.size(), draws);
        List<GridCell> cells = new ArrayList<>();
        int top = 0;
        for (int row = 0; row < heights.length; row++) {
            int[] widths = split(rows.get(row), draws);
            int left = 0;
            for (int width : widths) {
                cells.add(new GridCell(left, top, width, heights[row]));
                left += width;
            }
            top += heights[row];
        }
        return cells;
    }

    /** Draws an extent for which the object's box fits into the cell. */
    int extent(Kind kind, Placement placement, SeededRandom draws) {
        int fitting = Math.min((width - 4) * 100 / kind.widthPercent(), (height - 4) * 100 / kind.heightPercent());
        int most = Math.min(fitting, GREATEST_EXTENT);
        int filled =
                switch (placement) {
                    case FREE -> 60;
                    case CENTRED -> 90;
                };
        int least = Math.max(LEAST_EXTENT, most * filled / 100);
        return draws.between(Math.min(least, most), most);
    }

    /** Draws the centre of a box of this width. */
    int x(int boxWidth, Placement placement, SeededRandom draws) {
        return left + centre(width, boxWidth, placement, draws);
    }

    /** Draws the centre of a box of this height. */
    int y(int boxHeight, Placement placement, SeededRandom draws) {
        return top + centre(height, boxHeight, placement, draws);
    }

    /** Draws the centre of a box along one side of this cell. */
    private static int centre(int side, int box, Placement placement, SeededRandom draws) {
        int room = Math.max(1, side - box - 2);
        int first = box / 2 + 1;
        return switch (placement) {
            case FREE -> first + draws.below(room);
            case CENTRED -> {
                int spread = Math.min(room, OFF_CENTRE);
                yield first + (room - spread) / 2 + draws.below(spread);
            }
        };
    }

    /** Cuts the whole into random parts, none below seven tenths of an equal share. */
    private static int[] split(int count, SeededRandom draws) {
        int[] pieces = new int[count];
        int spare = WHOLE * 3 / 10;
        int given = 0;
        int total = 0;
        for (int i = 0; i < count - 1; i++) {
            int share = draws.below(spare - given + 1);
            given += share;
            pieces[i] = WHOLE * 7 / 10 / count + share;
            total += pieces[i];
        }
        pieces[count - 1] = WHOLE - total;
        if (count > 1) {
            int other = draws.below(count);
            int last = pieces[count - 1];
            pieces[count - 1] = pieces[other];
            pieces[other] = last;
        }
        return pieces;
    }
}
