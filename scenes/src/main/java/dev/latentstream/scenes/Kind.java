package dev.latentstream.scenes;

import java.awt.Graphics2D;
import java.util.Locale;
import java.util.function.Consumer;

/** A kind of object: its noun, its proportions and its drawing. */
// Its drawings are methods without state.
@SuppressWarnings("ImmutableEnumChecker")
public enum Kind {
    HOUSE(92, 92, Cover.PATTERNED, Habit.STANDS, Buildings::house),
    TENT(100, 76, Cover.PATTERNED, Habit.STANDS, Buildings::tent),
    LAMP(68, 96, Cover.PATTERNED, Habit.STANDS, Buildings::lamp),
    CHAIR(60, 96, Cover.PLAIN, Habit.STANDS, Buildings::chair),
    TABLE(100, 64, Cover.PLAIN, Habit.STANDS, Buildings::table),
    CLOCK(84, 96, Cover.PLAIN, Habit.STANDS, Buildings::clock),
    BED(100, 64, Cover.PATTERNED, Habit.STANDS, Buildings::bed),

    CAR(100, 56, Cover.PATTERNED, Habit.STANDS, Vehicles::car),
    BUS(100, 64, Cover.PATTERNED, Habit.STANDS, Vehicles::bus),
    BOAT(94, 96, Cover.PATTERNED, Habit.STANDS, Vehicles::boat),
    BICYCLE(100, 70, Cover.PLAIN, Habit.STANDS, Vehicles::bicycle),
    ROCKET(64, 100, Cover.PATTERNED, Habit.FLIES, Vehicles::rocket),
    BALLOON(60, 100, Cover.PATTERNED, Habit.FLIES, Vehicles::balloon),
    KITE(68, 100, Cover.PATTERNED, Habit.FLIES, Vehicles::kite),

    FISH(100, 66, Cover.PATTERNED, Habit.STANDS, Animals::fish),
    BIRD(100, 84, Cover.PATTERNED, Habit.FLIES, Animals::bird),
    CAT(76, 96, Cover.PATTERNED, Habit.STANDS, Animals::cat),
    DOG(100, 86, Cover.PATTERNED, Habit.STANDS, Animals::dog),
    RABBIT(64, 100, Cover.PATTERNED, Habit.STANDS, Animals::rabbit),
    SNAIL(100, 72, Cover.PATTERNED, Habit.STANDS, SmallAnimals::snail),
    BUTTERFLY(100, 84, Cover.PATTERNED, Habit.FLIES, SmallAnimals::butterfly),
    TURTLE(100, 64, Cover.PATTERNED, Habit.STANDS, SmallAnimals::turtle),

    TREE(80, 100, Cover.PATTERNED, Habit.STANDS, Plants::tree),
    FLOWER(70, 100, Cover.PLAIN, Habit.STANDS, Plants::flower),
    MUSHROOM(90, 92, Cover.PATTERNED, Habit.STANDS, Plants::mushroom),
    CACTUS(76, 100, Cover.PATTERNED, Habit.STANDS, Plants::cactus),
    APPLE(84, 96, Cover.PATTERNED, Habit.STANDS, Plants::apple),
    CAKE(96, 92, Cover.PATTERNED, Habit.STANDS, Plants::cake),

    CUP(94, 84, Cover.PATTERNED, Habit.STANDS, Things::cup),
    BOTTLE(44, 100, Cover.PATTERNED, Habit.STANDS, Things::bottle),
    BOOK(100, 76, Cover.PATTERNED, Habit.STANDS, Things::book),
    KEY(100, 48, Cover.PLAIN, Habit.STANDS, Things::key),
    HAT(100, 74, Cover.PATTERNED, Habit.STANDS, Things::hat),
    UMBRELLA(100, 100, Cover.PATTERNED, Habit.STANDS, Things::umbrella),
    CROWN(96, 76, Cover.PLAIN, Habit.STANDS, Things::crown),

    STAR(100, 96, Cover.PATTERNED, Habit.FLIES, Toys::star),
    BALL(90, 90, Cover.PLAIN, Habit.STANDS, Toys::ball),
    HEART(96, 90, Cover.PATTERNED, Habit.FLIES, Toys::heart),
    DRUM(92, 92, Cover.PATTERNED, Habit.STANDS, Toys::drum),
    GUITAR(50, 100, Cover.PLAIN, Habit.STANDS, Toys::guitar),
    BELL(84, 96, Cover.PATTERNED, Habit.STANDS, Toys::bell);

    private enum Cover {
        PLAIN,
        PATTERNED
    }

    private enum Habit {
        STANDS,
        FLIES
    }

    private final int widthPercent;
    private final int heightPercent;
    private final Cover cover;
    private final Habit habit;
    private final Consumer<ShapePainter> drawing;

    Kind(int widthPercent, int heightPercent, Cover cover, Habit habit, Consumer<ShapePainter> drawing) {
        this.widthPercent = widthPercent;
        this.heightPercent = heightPercent;
        this.cover = cover;
        this.habit = habit;
        this.drawing = drawing;
    }

    /** Returns its noun in captions. */
    public String noun() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns whether its body is large enough for stripes, dots or squares. */
    public boolean takesPattern() {
        return cover == Cover.PATTERNED;
    }

    /** Returns whether it belongs in the upper part of an image. */
    boolean flies() {
        return habit == Habit.FLIES;
    }

    /** Returns the width of the drawing in percent of the object's extent. */
    int widthPercent() {
        return widthPercent;
    }

    /** Returns the height of the drawing in percent of the object's extent. */
    int heightPercent() {
        return heightPercent;
    }

    /** Draws it, facing right, centred in the square from (0, 0) to (100, 100) of the given graphics. */
    void draw(Graphics2D graphics, Colour colour, Pattern pattern) {
        drawing.accept(new ShapePainter(graphics, colour, pattern));
    }
}
