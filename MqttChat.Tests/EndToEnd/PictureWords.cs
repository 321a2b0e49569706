namespace MqttChat.Tests.EndToEnd;

/// <summary>What one house of the pictures says, in one language.</summary>
internal sealed record PictureWords(
    string Language, string Locale, string Zone, string House, string Staff, string[] People, string Kitchen, string Laundry,
    string Garden, string Lounge, string[] Plugs, (int Person, string Text)[] Talk, (int Person, string Text)[] Notices, string Edited)
{
    /// <summary>The author in <see cref="Talk"/> who looks at the pictures.</summary>
    public const int Viewer = -1;

    public static readonly PictureWords English = new(
        "en", "en-US", "America/New_York", "Elm Street 12", "Hanna Weiss", ["Oliver Grant", "Priya Nair", "Lena Hoffmann", "Kenji Sato"],
        "Kitchen, 2nd floor", "Laundry", "Garden", "Lounge",
        ["Fridge", "Kettle", "Rice cooker", "Washing machine", "Heater", "Television", "Router", "Desk strip", "Hall lamp"],
        [
            (0, "Morning! Did anyone else hear the fridge last night? It sounded like a small tractor."),
            (1, "Yes, around three."),
            (1, "It's quieter again now, I pulled it away from the wall a little."),
            (Viewer, "Thank you, Priya. Its power looks normal since then, about 90 W when the compressor runs."),
            (2, "The filter is due anyway. There is one left in the cupboard over the sink."),
            (2, "How to change it: https://example.org/fridge-filter"),
            (3, "I can do that tonight"),
            (Viewer, "That would be great, Kenji."),
            (0, "Then I'll cook. Curry at seven, everyone is welcome."),
            (1, "Count me in, I bring rice"),
        ],
        [(0, "The gas meter is read on Thursday between nine and noon. Somebody should be in."), (2, "I work from home on Thursday and can open the door.")],
        "That would be great, Kenji. I leave the key at the office.");

    public static readonly PictureWords Japanese = new(
        "ja", "ja-JP", "Asia/Tokyo", "けやき荘", "佐藤 花子", ["田中 健一", "鈴木 美咲", "高橋 翔太", "ナイール・プリヤ"],
        "2階キッチン", "ランドリールーム", "庭いじりの会", "1階ラウンジ",
        ["冷蔵庫", "電気ケトル", "炊飯器", "洗濯機", "暖房", "テレビ", "ルーター", "デスクの電源タップ", "廊下の照明"],
        [
            (0, "おはようございます。昨日の夜、冷蔵庫がトラクターみたいな音を立てていませんでしたか？"),
            (1, "していました。3時ごろですよね。"),
            (1, "壁から少し離したら静かになりました。"),
            (Viewer, "鈴木さん、ありがとうございます。その後の消費電力はいつも通りで、動作中は90Wくらいです。"),
            (2, "そろそろフィルターの交換時期です。流しの上の棚に1つ残っています。"),
            (2, "交換のしかた: https://example.org/fridge-filter"),
            (3, "今晩やっておきますね"),
            (Viewer, "助かります。"),
            (0, "では夕飯は私が作ります。7時からカレーです。みなさんどうぞ。"),
            (1, "行きます！ご飯を炊いて持っていきます"),
        ],
        [(0, "木曜日の9時から12時の間にガスの検針があります。どなたか在宅の方はいますか？"), (2, "木曜は在宅勤務なので対応できます。")],
        "助かります。鍵は事務室に置いておきます。");
}
