/**
 * The one door into DJL's native library that DJL keeps package-private: calling a TorchScript method with gradients recorded.
 *
 * <p>It lives in DJL's package because {@code PyTorchLibrary} is visible only there. Class path only: a named module would
 * be a split package.
 */
@NullMarked
package ai.djl.pytorch.jni;

import org.jspecify.annotations.NullMarked;
