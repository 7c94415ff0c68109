"""The models that check_keras_files.py exchanges: each layer in a small one, and models that differ otherwise."""

import keras
import numpy as np
from keras import layers


def sequential(shape, *stack, dtype="float32"):
    return keras.Sequential([keras.Input(shape, dtype=dtype), *stack])


def merge(layer):
    a, b = keras.Input((4,)), keras.Input((4,))
    return keras.Model([a, b], layer([a, b]))


def attention(layer, **kwargs):
    a, b = keras.Input((5, 8)), keras.Input((3, 8))
    return keras.Model([a, b], layer(a, b, **kwargs))


def attention_list(layer):
    a, b = keras.Input((5, 8)), keras.Input((3, 8))
    return keras.Model([a, b], layer([a, b]))


def shared():
    a, b = keras.Input((4,)), keras.Input((4,))
    dense = layers.Dense(3, activation="tanh")
    both = layers.Concatenate()([dense(a), dense(b)])
    both = keras.ops.expand_dims(keras.ops.relu(both) * 2.0, 1)
    both = keras.ops.mean(both, axis=1)
    return keras.Model([a, b], {"sum": layers.Dense(1, name="sum")(both), "all": both})


def nested():
    inner = sequential((4,), layers.Dense(3, activation="relu"), layers.Dense(2))
    x = keras.Input((4,))
    return keras.Model(x, layers.Dense(1)(inner(x)))


def nested_twice():
    a = keras.Input((4,))
    block = keras.Model(a, [layers.Dense(3)(a), layers.Dense(2, activation="relu")(a)], name="block")
    x, y = keras.Input((4,), name="x"), keras.Input((4,), name="y")
    p, q = block(x)
    r, s = block(y)
    inner = sequential((5,), sequential((5,), layers.Dense(2), layers.BatchNormalization()))
    out = inner(layers.concatenate([p, q])) + inner(layers.concatenate([r, s]))
    return keras.Model({"x": x, "y": y}, {"b": layers.Dense(1, name="b")(out), "a": out})


def operations():
    x = keras.Input((6, 4))
    y = x[:, 1:, ::2] * 2.0 - 1.0
    y = keras.ops.concatenate([y, keras.ops.sin(y)], axis=-1)
    y = keras.ops.where(y > 0, y, 0.1 * y)
    y = keras.ops.transpose(keras.ops.reshape(y, (-1, 4, 5)), (0, 2, 1))
    y = keras.ops.softmax(keras.ops.matmul(y, keras.ops.transpose(y, (0, 2, 1))), axis=-1)
    parts = keras.ops.split(y, [2], axis=1)
    return keras.Model(x, [layers.Dense(2)(parts[0]), keras.ops.max(parts[1], axis=(1, 2))])


def masked():
    x = keras.Input((6,), dtype="int32")
    y = layers.Embedding(10, 4, mask_zero=True)(x)
    y = layers.Bidirectional(layers.LSTM(3, return_sequences=True))(y)
    y = layers.MultiHeadAttention(2, 3)(y, y, use_causal_mask=True)
    y = layers.LayerNormalization()(y + layers.Dense(6)(y))
    return keras.Model(x, layers.GlobalAveragePooling1D()(y))


def states():
    x = keras.Input((5, 4))
    y, h, c = layers.LSTM(3, return_sequences=True, return_state=True)(x)
    z = layers.GRU(3)(y, initial_state=h)
    return keras.Model(x, [z, c])


def frozen():
    model = sequential((4,), layers.Dense(3, name="frozen"), layers.Dense(2))
    model.get_layer("frozen").trainable = False
    return model


def lora():
    layer = layers.Dense(3)
    model = sequential((4,), layer)
    layer.enable_lora(2)
    return model


def policy(name):
    return lambda: sequential((4,), layers.Dense(3, activation="relu", dtype=name), layers.LayerNormalization(dtype=name),
                              layers.Dense(2, dtype="float32"))


def adapted(layer, data):
    layer.adapt(np.array(data))
    return layer


def lookup(layer, dtype, shape=(1,)):
    x = keras.Input(shape, dtype=dtype)
    return keras.Model(x, layer(x))


WORDS = [["a"], ["b"], ["b"], ["c"], ["c"], ["c"]]
TEXTS = ["a b, c", "b c", "The c!"]
TOKENS = [[4], [5], [5], [7]]

ACTIVATIONS = ["relu", "elu", "selu", "gelu", "silu", "softplus", "softsign", "tanh", "sigmoid", "softmax", "mish",
               "hard_sigmoid", "leaky_relu", "log_softmax", "exponential", "relu6", "hard_silu", "linear", "celu",
               "hard_tanh", "hard_shrink", "log_sigmoid", "soft_shrink", "sparse_plus", "sparsemax", "squareplus",
               "tanh_shrink", "sparse_sigmoid"]

MODELS = {
    # core
    "dense": lambda: sequential((4,), layers.Dense(3, activation="relu", kernel_regularizer="l2"), layers.Dense(2, use_bias=False)),
    "dense_options": lambda: sequential((4,), layers.Dense(
        3, kernel_initializer=keras.initializers.HeNormal(seed=3), bias_initializer=keras.initializers.Constant(0.5),
        kernel_regularizer=keras.regularizers.L1L2(0.01, 0.02), bias_regularizer=keras.regularizers.L1(0.1),
        activity_regularizer=keras.regularizers.L2(0.1), kernel_constraint=keras.constraints.MaxNorm(1.0),
        bias_constraint="non_neg", activation=keras.activations.gelu)),
    "einsum_dense": lambda: sequential((5, 4), layers.EinsumDense("abc,cd->abd", output_shape=(None, 6), bias_axes="d")),
    "embedding": lambda: sequential((6,), layers.Embedding(10, 4, mask_zero=True), layers.LSTM(3), dtype="int32"),
    "reversible_embedding": lambda: sequential((6,), layers.ReversibleEmbedding(10, 4, tie_weights=False), layers.Flatten(), dtype="int32"),
    "masking": lambda: sequential((5, 4), layers.Masking(), layers.LSTM(3)),
    "identity": lambda: sequential((4,), layers.Identity(), layers.Dense(2)),
    "lora": lora,
    # convolution
    "conv1d": lambda: sequential((9, 3), layers.Conv1D(4, 3, padding="causal", dilation_rate=2)),
    "conv2d": lambda: sequential((9, 9, 4), layers.Conv2D(6, 3, strides=2, padding="same", groups=2, activation="relu")),
    "conv3d": lambda: sequential((5, 5, 5, 2), layers.Conv3D(3, 2)),
    "conv1d_transpose": lambda: sequential((5, 3), layers.Conv1DTranspose(4, 3, strides=2)),
    "conv2d_transpose": lambda: sequential((5, 5, 3), layers.Conv2DTranspose(4, 3, strides=2, padding="same")),
    "conv3d_transpose": lambda: sequential((3, 3, 3, 2), layers.Conv3DTranspose(2, 2, strides=2)),
    "depthwise_conv1d": lambda: sequential((7, 3), layers.DepthwiseConv1D(3, depth_multiplier=2)),
    "depthwise_conv2d": lambda: sequential((7, 7, 3), layers.DepthwiseConv2D(3, depth_multiplier=2)),
    "separable_conv1d": lambda: sequential((7, 3), layers.SeparableConv1D(4, 3)),
    "separable_conv2d": lambda: sequential((7, 7, 3), layers.SeparableConv2D(4, 3)),
    # pooling
    "max_pooling1d": lambda: sequential((9, 3), layers.MaxPooling1D(2), layers.GlobalMaxPooling1D()),
    "average_pooling1d": lambda: sequential((9, 3), layers.AveragePooling1D(2, padding="same"), layers.GlobalAveragePooling1D()),
    "max_pooling2d": lambda: sequential((9, 9, 3), layers.MaxPooling2D(2, padding="same"), layers.GlobalMaxPooling2D()),
    "average_pooling2d": lambda: sequential((9, 9, 3), layers.AveragePooling2D(2, padding="same"), layers.GlobalAveragePooling2D(keepdims=True)),
    "max_pooling3d": lambda: sequential((5, 5, 5, 2), layers.MaxPooling3D(2), layers.GlobalMaxPooling3D()),
    "average_pooling3d": lambda: sequential((5, 5, 5, 2), layers.AveragePooling3D(2), layers.GlobalAveragePooling3D()),
    "adaptive_pooling1d": lambda: sequential((9, 3), layers.AdaptiveMaxPooling1D(4), layers.AdaptiveAveragePooling1D(2)),
    "adaptive_pooling2d": lambda: sequential((9, 9, 3), layers.AdaptiveMaxPooling2D(4), layers.AdaptiveAveragePooling2D((2, 3))),
    "adaptive_pooling3d": lambda: sequential((5, 5, 5, 2), layers.AdaptiveMaxPooling3D(3), layers.AdaptiveAveragePooling3D(2)),
    # normalization
    "batch_normalization": lambda: sequential((5, 4), layers.BatchNormalization()),
    "batch_renormalization": lambda: sequential((5, 4), layers.BatchNormalization(renorm=True)),
    "layer_normalization": lambda: sequential((5, 4), layers.LayerNormalization()),
    "group_normalization": lambda: sequential((5, 4), layers.GroupNormalization(2)),
    "rms_normalization": lambda: sequential((5, 4), layers.RMSNormalization()),
    "unit_normalization": lambda: sequential((5, 4), layers.UnitNormalization(), layers.Dense(2)),
    "spectral_normalization": lambda: sequential((5, 4), layers.SpectralNormalization(layers.Dense(3))),
    # regularization
    "dropout": lambda: sequential((4,), layers.Dropout(0.5), layers.Dense(2)),
    "noise": lambda: sequential((4,), layers.GaussianNoise(0.5), layers.GaussianDropout(0.2, seed=3), layers.AlphaDropout(0.2), layers.Dense(2)),
    "spatial_dropout": lambda: sequential((6, 6, 6, 2), layers.SpatialDropout3D(0.5), layers.Reshape((36, 6, 2)), layers.SpatialDropout2D(0.1),
                                          layers.Reshape((36, 12)), layers.SpatialDropout1D(0.2)),
    "activity_regularization": lambda: sequential((4,), layers.ActivityRegularization(0.1, 0.2), layers.Dense(2)),
    # reshaping
    "flatten": lambda: sequential((3, 4), layers.Flatten(), layers.Reshape((4, 3)), layers.Permute((2, 1)), layers.Identity()),
    "margins1d": lambda: sequential((6, 4), layers.ZeroPadding1D((1, 2)), layers.Cropping1D(1), layers.UpSampling1D(2)),
    "margins2d": lambda: sequential((3, 4, 2), layers.ZeroPadding2D(((1, 2), (0, 1))), layers.Cropping2D(1), layers.UpSampling2D(2)),
    "margins3d": lambda: sequential((3, 4, 3, 2), layers.ZeroPadding3D(((1, 2), (0, 1), (1, 1))), layers.Cropping3D(1), layers.UpSampling3D(2)),
    "up_sampling2d_bilinear": lambda: sequential((3, 4, 2), layers.UpSampling2D((2, 3), interpolation="bilinear")),
    "repeat_vector": lambda: sequential((4,), layers.RepeatVector(3), layers.Dense(2)),
    # merging
    "add": lambda: merge(layers.Add()), "subtract": lambda: merge(layers.Subtract()), "multiply": lambda: merge(layers.Multiply()),
    "average": lambda: merge(layers.Average()), "maximum": lambda: merge(layers.Maximum()), "minimum": lambda: merge(layers.Minimum()),
    "concatenate": lambda: merge(layers.Concatenate()), "dot": lambda: merge(layers.Dot(1)),
    # recurrent
    "simple_rnn": lambda: sequential((5, 4), layers.SimpleRNN(3)),
    "lstm": lambda: sequential((5, 4), layers.LSTM(3, return_sequences=True), layers.LSTM(2, go_backwards=True)),
    "lstm_dropout": lambda: sequential((5, 4), layers.LSTM(3, dropout=0.2, recurrent_dropout=0.3)),
    "gru": lambda: sequential((5, 4), layers.GRU(3, return_sequences=True), layers.GRU(2, reset_after=False)),
    "rnn_cells": lambda: sequential((5, 4), layers.RNN([layers.LSTMCell(3), layers.GRUCell(2)])),
    "rnn_cell": lambda: sequential((5, 4), layers.RNN(layers.SimpleRNNCell(3), return_sequences=True)),
    "stacked_cells": lambda: sequential((5, 4), layers.RNN(layers.StackedRNNCells([layers.SimpleRNNCell(3), layers.SimpleRNNCell(2)]))),
    "stateful": lambda: keras.Sequential([keras.Input(batch_shape=(6, 5, 4)), layers.GRU(3, stateful=True)]),
    "bidirectional": lambda: sequential((5, 4), layers.Bidirectional(layers.LSTM(3, return_sequences=True)), layers.Bidirectional(layers.GRU(2), merge_mode="sum")),
    "time_distributed": lambda: sequential((5, 4), layers.TimeDistributed(layers.Dense(3))),
    "conv_lstm1d": lambda: sequential((4, 6, 2), layers.ConvLSTM1D(3, 3)),
    "conv_lstm2d": lambda: sequential((4, 6, 6, 2), layers.ConvLSTM2D(3, 3, padding="same", return_sequences=True)),
    "conv_lstm3d": lambda: sequential((3, 4, 4, 4, 1), layers.ConvLSTM3D(2, 2)),
    # attention
    "multi_head_attention": lambda: attention(layers.MultiHeadAttention(2, 4)),
    "multi_head_attention_2d": lambda: attention(layers.MultiHeadAttention(2, 4, value_dim=3, output_shape=6, dropout=0.1, use_bias=False)),
    "group_query_attention": lambda: attention(layers.GroupQueryAttention(4, 4, 2)),
    "attention": lambda: attention_list(layers.Attention(use_scale=True)),
    "additive_attention": lambda: attention_list(layers.AdditiveAttention()),
    # activations
    "activations": lambda: sequential((6,), *[layers.Activation(a) for a in ACTIVATIONS if a != "exponential"], layers.Dense(2)),
    "exponential": lambda: sequential((6,), layers.Activation("exponential"), layers.Dense(2)),
    "activation_layers": lambda: sequential((4,), layers.ReLU(6.0), layers.LeakyReLU(0.1), layers.ELU(0.5), layers.PReLU(), layers.Softmax()),
    # preprocessing
    "rescaling": lambda: sequential((4,), layers.Rescaling(0.5, 1.0), layers.Dense(2)),
    "rescaling_list": lambda: sequential((3,), layers.Rescaling([0.5, 1.0, 2.0], [0.0, 1.0, 2.0]), layers.Dense(2)),
    "normalization": lambda: sequential((4,), layers.Normalization(mean=[1, 2, 3, 4], variance=[1, 2, 1, 2]), layers.Dense(2)),
    "normalization_adapted": lambda: sequential((4,), adapted(layers.Normalization(), np.arange(24.0).reshape(6, 4) ** 2), layers.Dense(2)),
    "normalization_inverse": lambda: sequential((4,), adapted(layers.Normalization(axis=None, invert=True), np.arange(24.0).reshape(6, 4))),
    "discretization": lambda: sequential((4,), layers.Discretization([-1.0, 0.0, 0.5])),
    "discretization_adapted": lambda: sequential((4,), adapted(layers.Discretization(num_bins=4, output_mode="one_hot"), np.arange(20.0)[:, None] / 10 - 1)),
    "category_encoding": lambda: sequential((4,), layers.CategoryEncoding(10, output_mode="multi_hot"), layers.Dense(2), dtype="int32"),
    "hashing": lambda: lookup(layers.Hashing(5, salt=[3, 4]), "string"),
    "hashing_numbers": lambda: sequential((4,), layers.Hashing(5, mask_value=3), dtype="int32"),
    "string_lookup": lambda: lookup(layers.StringLookup(vocabulary=["a", "b"], num_oov_indices=2), "string"),
    "string_lookup_adapted": lambda: lookup(adapted(layers.StringLookup(mask_token=""), WORDS), "string"),
    "string_lookup_counts": lambda: lookup(adapted(layers.StringLookup(output_mode="count", max_tokens=6, pad_to_max_tokens=True), WORDS), "string", (3,)),
    "string_lookup_tf_idf": lambda: lookup(adapted(layers.StringLookup(output_mode="tf_idf"), WORDS), "string", (3,)),
    "integer_lookup": lambda: lookup(layers.IntegerLookup(vocabulary=[3, 5], oov_token=-2), "int64"),
    "integer_lookup_adapted": lambda: lookup(adapted(layers.IntegerLookup(mask_token=0, num_oov_indices=3), TOKENS), "int64"),
    "text_vectorization": lambda: lookup(layers.TextVectorization(vocabulary=["a", "b"], output_sequence_length=4), "string"),
    "text_vectorization_adapted": lambda: lookup(adapted(layers.TextVectorization(ngrams=2, output_sequence_length=6), TEXTS), "string"),
    "text_vectorization_tf_idf": lambda: lookup(adapted(layers.TextVectorization(output_mode="tf_idf"), TEXTS), "string"),
    "resizing": lambda: sequential((6, 6, 3), layers.Resizing(4, 5), layers.CenterCrop(3, 3)),
    "image_colors": lambda: sequential(
        (6, 7, 3),
        layers.RandomBrightness(0.2, value_range=(0, 1), seed=1),
        layers.RandomContrast((0.1, 0.3)),
        layers.RandomHue(0.2),
        layers.RandomSaturation(0.4),
        layers.RandomSharpness(0.4),
        layers.RandomColorDegeneration(0.2),
        layers.RandomPosterization(4),
        layers.RandomInvert(),
        layers.RandomGrayscale(0.3),
        layers.RandomGaussianBlur(0.3, (3, 5), 0.8),
        layers.Solarization(0.2, (0.1, 0.5)),
        layers.RandomColorJitter(brightness_factor=0.2, hue_factor=(0, 0.1), seed=4),
        layers.RandomErasing(0.5, fill_value=(1, 2, 3)),
    ),
    "image_places": lambda: sequential(
        (6, 7, 3),
        layers.RandomFlip("vertical", bounding_box_format="rel_xyxy"),
        layers.RandomRotation((-0.1, 0.3), fill_mode="wrap", seed=3),
        layers.RandomTranslation(0.2, (-0.1, 0.3), fill_mode="constant", fill_value=2),
        layers.RandomZoom(0.2, interpolation="nearest"),
        layers.RandomShear((0.1, 0.2), (0.0, 0.3)),
        layers.RandomPerspective(0.5, scale=0.3),
        layers.RandomElasticTransform(0.5, scale=0.3, fill_mode="mirror"),
        layers.RandomCrop(4, 5),
    ),
    "image_policies": lambda: sequential(
        (16, 16, 3),
        layers.CutMix(0.5),
        layers.MixUp(0.3),
        layers.RandAugment(num_ops=3, factor=0.4, seed=2),
        layers.AugMix(num_chains=2, chain_depth=4, alpha=0.5),
        layers.AutoContrast(value_range=(-4, 4)),
        layers.MaxNumBoundingBoxes(7, bounding_box_format="xyxy"),
    ),
    "image_histograms": lambda: sequential(
        (16, 16, 3), layers.ContrastLimitedAdaptiveHistogramEqualization((-4, 4), tile_grid_size=(4, 4))
    ),
    "stft_spectrogram": lambda: sequential((200, 2), layers.STFTSpectrogram("psd", 32, 10, periodic=True, expand_dims=True)),
    "mel_spectrogram": lambda: sequential((600,), layers.MelSpectrogram(fft_length=64, sequence_stride=32, sampling_rate=8000, num_mel_bins=8)),
    # graphs
    "shared": shared, "nested": nested, "nested_twice": nested_twice, "operations": operations, "masked": masked, "states": states,
    "frozen": frozen,
    # dtype policies
    "mixed_float16": policy("mixed_float16"), "mixed_bfloat16": policy("mixed_bfloat16"), "bfloat16": policy("bfloat16"),
    "float16": policy("float16"), "float64": policy("float64"),
}

SCHEDULE = keras.optimizers.schedules

OPTIMIZERS = {
    "sgd": lambda: keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True, clipnorm=1.0),
    "rmsprop": lambda: keras.optimizers.RMSprop(momentum=0.5, centered=True, clipvalue=0.5),
    "adam": lambda: keras.optimizers.Adam(amsgrad=True, global_clipnorm=1.0),
    "adam_ema": lambda: keras.optimizers.Adam(use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=3),
    "adam_accumulation": lambda: keras.optimizers.Adam(gradient_accumulation_steps=2, weight_decay=0.01),
    "adamw": lambda: keras.optimizers.AdamW(SCHEDULE.CosineDecay(0.01, 100, warmup_target=0.1, warmup_steps=10)),
    "adamax": keras.optimizers.Adamax, "nadam": keras.optimizers.Nadam, "adagrad": keras.optimizers.Adagrad,
    "adadelta": lambda: keras.optimizers.Adadelta(0.5),
    "adafactor": keras.optimizers.Adafactor,
    "ftrl": lambda: keras.optimizers.Ftrl(0.05, l1_regularization_strength=0.01),
    "lion": keras.optimizers.Lion, "lamb": keras.optimizers.Lamb,
    "muon": lambda: keras.optimizers.Muon(0.01),
    "schedule_free": lambda: keras.optimizers.ScheduleFreeAdamW(0.01),
    "loss_scale": lambda: keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam(0.01)),
    "exponential_decay": lambda: keras.optimizers.SGD(SCHEDULE.ExponentialDecay(0.1, 10, 0.5, staircase=True)),
    "piecewise_decay": lambda: keras.optimizers.SGD(SCHEDULE.PiecewiseConstantDecay([2, 4], [0.1, 0.05, 0.01])),
    "polynomial_decay": lambda: keras.optimizers.SGD(SCHEDULE.PolynomialDecay(0.1, 10, cycle=True)),
    "inverse_time_decay": lambda: keras.optimizers.SGD(SCHEDULE.InverseTimeDecay(0.1, 10, 0.5)),
    "cosine_restarts": lambda: keras.optimizers.SGD(SCHEDULE.CosineDecayRestarts(0.1, 10)),
}


def two_outputs():
    x = keras.Input((4,))
    return keras.Model(x, [layers.Dense(3, activation="softmax", name="kind")(x), layers.Dense(1, name="size")(x)])


# model and arguments of compile
COMPILED = {
    "regression": (lambda: sequential((4,), layers.Dense(2)), dict(
        loss=keras.losses.Huber(0.5), metrics=["mae", keras.metrics.RootMeanSquaredError(name="rms")],
        weighted_metrics=["mse"])),
    "binary": (lambda: sequential((4,), layers.Dense(1, activation="sigmoid")), dict(
        loss=keras.losses.BinaryFocalCrossentropy(gamma=1.5, label_smoothing=0.1),
        metrics=[keras.metrics.AUC(num_thresholds=20), keras.metrics.Precision(thresholds=0.4), "accuracy"])),
    "several": (two_outputs, dict(
        loss={"kind": "categorical_crossentropy", "size": keras.losses.LogCosh()},
        loss_weights={"kind": 0.5, "size": 2.0},
        metrics={"kind": ["accuracy", keras.metrics.TopKCategoricalAccuracy(2)], "size": "mse"})),
    "several_list": (two_outputs, dict(loss=["categorical_crossentropy", None], loss_weights=[1.5, None])),
}
