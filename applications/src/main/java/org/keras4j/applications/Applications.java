package org.keras4j.applications;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** All networks by name. */
final class Applications {
  static final Map<String, Supplier<Application<?>>> ALL = new TreeMap<>(Map.ofEntries(
      Map.entry("ConvNeXtBase", ConvNeXtBase::new),
      Map.entry("ConvNeXtLarge", ConvNeXtLarge::new),
      Map.entry("ConvNeXtSmall", ConvNeXtSmall::new),
      Map.entry("ConvNeXtTiny", ConvNeXtTiny::new),
      Map.entry("ConvNeXtXLarge", ConvNeXtXLarge::new),
      Map.entry("DenseNet121", DenseNet121::new),
      Map.entry("DenseNet169", DenseNet169::new),
      Map.entry("DenseNet201", DenseNet201::new),
      Map.entry("EfficientNetB0", EfficientNetB0::new),
      Map.entry("EfficientNetB1", EfficientNetB1::new),
      Map.entry("EfficientNetB2", EfficientNetB2::new),
      Map.entry("EfficientNetB3", EfficientNetB3::new),
      Map.entry("EfficientNetB4", EfficientNetB4::new),
      Map.entry("EfficientNetB5", EfficientNetB5::new),
      Map.entry("EfficientNetB6", EfficientNetB6::new),
      Map.entry("EfficientNetB7", EfficientNetB7::new),
      Map.entry("EfficientNetV2B0", EfficientNetV2B0::new),
      Map.entry("EfficientNetV2B1", EfficientNetV2B1::new),
      Map.entry("EfficientNetV2B2", EfficientNetV2B2::new),
      Map.entry("EfficientNetV2B3", EfficientNetV2B3::new),
      Map.entry("EfficientNetV2L", EfficientNetV2L::new),
      Map.entry("EfficientNetV2M", EfficientNetV2M::new),
      Map.entry("EfficientNetV2S", EfficientNetV2S::new),
      Map.entry("InceptionResNetV2", InceptionResNetV2::new),
      Map.entry("InceptionV3", InceptionV3::new),
      Map.entry("MobileNet", MobileNet::new),
      Map.entry("MobileNetV2", MobileNetV2::new),
      Map.entry("MobileNetV3Large", MobileNetV3Large::new),
      Map.entry("MobileNetV3Small", MobileNetV3Small::new),
      Map.entry("NASNetLarge", NASNetLarge::new),
      Map.entry("NASNetMobile", NASNetMobile::new),
      Map.entry("ResNet101", ResNet101::new),
      Map.entry("ResNet101V2", ResNet101V2::new),
      Map.entry("ResNet152", ResNet152::new),
      Map.entry("ResNet152V2", ResNet152V2::new),
      Map.entry("ResNet50", ResNet50::new),
      Map.entry("ResNet50V2", ResNet50V2::new),
      Map.entry("VGG16", VGG16::new),
      Map.entry("VGG19", VGG19::new),
      Map.entry("Xception", Xception::new)));

  private Applications() {}
}
