# language: ja
# A scenario that fails on purpose: docs/scenarios.md shows its report.
機能: 失敗の見本

  @I-61
  シナリオ: 世帯の住民票で、おつりを間違えて期待する
    前提 「taro」のカードを持っている
    もし 次のとおりにS-15まで進む
      | だれの | 全員 |
    かつ 500円を入れる
    ならば 3枚の用紙が出る
    かつ 250円が戻っている
