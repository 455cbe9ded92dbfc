package dev.latentstream.app.cli;

import ai.djl.Device;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The device of a command's networks. */
public final class DeviceOption {
    private static final String CPU = "cpu";

    @Option(
            names = "--device",
            paramLabel = "cpu|gpuN",
            description = "Where networks run. Default: ${DEFAULT-VALUE}",
            defaultValue = CPU,
            converter = Converter.class)
    private Device device = Device.cpu();

    public Device device() {
        return device;
    }

    /** Reads {@code cpu}, {@code gpu0}, {@code gpu1} and so on. */
    static final class Converter implements ITypeConverter<Device> {
        @Override
        public Device convert(String name) {
            if (name.equals(CPU)) {
                return Device.cpu();
            }
            if (name.matches("gpu\\d{1,3}")) {
                return Device.gpu(Integer.parseInt(name.substring("gpu".length())));
            }
            throw new TypeConversionException("%s is not cpu, gpu0, gpu1, ...".formatted(name));
        }
    }
}
