"""The networks of the workloads in Keras."""
import keras
from keras import layers as kl
from keras import ops

CLASSES = "sparse_categorical_crossentropy"
YES_OR_NO = "binary_crossentropy"
IMAGES = {
    "resnet50": "ResNet50",
    "mobilenetv2": "MobileNetV2",
    "efficientnetb0": "EfficientNetB0",
    "convnexttiny": "ConvNeXtTiny",
}


class TokensAndPlaces(keras.Layer):
    """The sum of the embeddings of tokens and of where they stand."""

    def __init__(self, vocabulary, length, width):
        super().__init__()
        self.width = width
        self.tokens = kl.Embedding(vocabulary, width)
        self.places = kl.Embedding(length, width)

    def call(self, x):
        return self.tokens(x) + self.places(ops.arange(x.shape[1], dtype="int32"))

    def compute_output_shape(self, shape):
        return (*shape, self.width)


class Positions(keras.Layer):
    """Adds the embeddings of their positions to vectors."""

    def __init__(self, length, width):
        super().__init__()
        self.positions = kl.Embedding(length, width)

    def call(self, x):
        return x + self.positions(ops.arange(x.shape[1], dtype="int32"))


def encoder(x, heads, size, inner, activation, epsilon):
    attended = kl.MultiHeadAttention(heads, size)(x, x)
    x = kl.LayerNormalization(epsilon=epsilon)(kl.Add()([x, attended]))
    y = kl.Dense(inner, activation=activation)(x)
    y = kl.Dense(heads * size)(y)
    return kl.LayerNormalization(epsilon=epsilon)(kl.Add()([x, y]))


def perceptron():
    return keras.Sequential([
        keras.Input((784,)),
        kl.Dense(512, activation="relu"),
        kl.Dense(512, activation="relu"),
        kl.Dense(10, activation="softmax"),
    ])


def convolutional():
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        kl.Conv2D(32, 3, activation="relu"),
        kl.MaxPooling2D(2),
        kl.Conv2D(64, 3, activation="relu"),
        kl.MaxPooling2D(2),
        kl.Flatten(),
        kl.Dropout(0.5),
        kl.Dense(10, activation="softmax"),
    ])


def recurrent():
    return keras.Sequential([
        keras.Input((80,), dtype="int32"),
        kl.Embedding(20000, 128),
        kl.LSTM(64),
        kl.Dense(1, activation="sigmoid"),
    ])


def transformer():
    tokens = keras.Input((200,), dtype="int32")
    x = TokensAndPlaces(20000, 200, 128)(tokens)
    for _ in range(4):
        x = encoder(x, 4, 32, 512, "relu", 1e-6)
    x = kl.GlobalAveragePooling1D()(x)
    return keras.Model(tokens, kl.Dense(2, activation="softmax")(x))


def bert():
    tokens = keras.Input((128,), dtype="int32")
    segments = keras.Input((128,), dtype="int32")
    x = kl.Add()([TokensAndPlaces(30522, 512, 768)(tokens), kl.Embedding(2, 768)(segments)])
    x = kl.LayerNormalization(epsilon=1e-12)(x)
    for _ in range(12):
        x = encoder(x, 12, 64, 3072, "gelu", 1e-12)
    return keras.Model([tokens, segments], [x, kl.Dense(768, activation="tanh")(x[:, 0, :])])


def gpt2():
    tokens = keras.Input((1024,), dtype="int32")
    table = kl.ReversibleEmbedding(50257, 768)
    x = Positions(1024, 768)(table(tokens))
    for _ in range(12):
        y = kl.LayerNormalization(epsilon=1e-5)(x)
        x = kl.Add()([x, kl.MultiHeadAttention(12, 64)(y, y, use_causal_mask=True)])
        y = kl.Dense(3072)(kl.LayerNormalization(epsilon=1e-5)(x))
        x = kl.Add()([x, kl.Dense(768)(ops.gelu(y, approximate=True))])
    return keras.Model(tokens, table(kl.LayerNormalization(epsilon=1e-5)(x), reverse=True))


def tiny():
    return keras.Sequential([
        keras.Input((20,)),
        kl.Dense(32, activation="relu"),
        kl.Dense(1, activation="sigmoid"),
    ])


def chain(layers):
    x = first = keras.Input((8,))
    for _ in range(layers - 1):
        x = kl.Dense(8, activation="relu")(x)
    return keras.Model(first, kl.Dense(8, activation="softmax")(x))


def compiled(model, loss, optimizer="adam"):
    model.compile(optimizer, loss)
    return model


def network(workload):
    """The network of a workload, compiled where that is measured."""
    if workload == "mlp_train":
        return compiled(perceptron(), CLASSES)
    if workload == "cnn_train":
        return compiled(convolutional(), CLASSES)
    if "_infer" in workload and workload != "bert_base_infer":
        return getattr(keras.applications, IMAGES[workload.split("_")[0]])(weights=None)
    if workload == "resnet50_train":
        sgd = keras.optimizers.SGD(0.01, momentum=0.9)
        return compiled(keras.applications.ResNet50(weights=None), CLASSES, sgd)
    if workload == "lstm_train":
        return compiled(recurrent(), YES_OR_NO)
    if workload == "transformer_train":
        return compiled(transformer(), CLASSES)
    if workload in ("decoder_1b_train", "bert_large_train"):
        raise SystemExit(f"{workload} is written for the engines alone, not for Keras")
    if workload == "gpt2_train":
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        return compiled(gpt2(), loss, keras.optimizers.AdamW(3e-4))
    if workload == "bert_base_infer":
        return bert()
    if workload == "fit_loop":
        return compiled(tiny(), YES_OR_NO)
    return compiled(chain(500 if workload.endswith("_500") else 3), CLASSES)
