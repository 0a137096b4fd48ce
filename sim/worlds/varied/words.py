"""What people call things: words for training, for validation, and novel ones that only the test says.

A row: (constraints, training's words, validation's own words, the test's novel words, constraints of what one might
or might not call so). Novel words have a content word that stands in no phrase of train or val.
"""

# Kinds. A bare string as constraint is the kind.
KINDS = [
    ({"kind": ["can", "tin"]}, ["can"], [], [], {"kind": ["nuts", "coffee", "chips"]}),
    ("can", ["soda can", "drink can", "can of soda", "soda", "soft drink can"], ["pop can", "can of lemon pop"], ["fizzy drink", "carbonated drink", "energy drink"], None),
    ({"kind": ["bottle", "sauce", "cleaner"]}, ["bottle"], [], [], {"kind": ["vase"]}),
    ("bottle", ["drink bottle", "bottle of something to drink", "bottled drink"], ["drinks bottle"], ["flask", "bottled lemon squash"], None),
    ("carton", ["carton", "drink carton", "juice carton", "carton of juice", "milk carton", "carton of milk"], ["juice box"],
     ["tetra pak", "cardboard drink container"], None),
    ("apple", ["apple", "fresh apple", "ripe apple"], ["eating apple"], ["fruit with a core", "cider fruit"], None),
    ("orange", ["orange", "orange fruit", "fresh orange"], ["whole orange"], ["tangerine", "mandarin", "clementine"], None),
    ("lemon", ["lemon", "fresh lemon", "sour lemon"], ["whole lemon"], ["acidic yellow fruit"], None),
    ("pear", ["pear", "fresh pear", "ripe pear"], ["eating pear"], ["bartlett pear"], None),
    ("banana", ["banana", "ripe banana", "banana fruit"], ["whole banana"], ["plantain"], None),
    ("peach", ["peach", "fresh peach", "ripe peach"], ["fuzzy peach"], ["nectarine", "apricot"], None),
    ("plum", ["plum", "fresh plum", "ripe plum"], ["small plum"], ["damson", "prune"], None),
    ("grapes", ["grapes", "bunch of grapes", "fresh grapes"], ["cluster of grapes"], ["vine berries", "fruit for wine"], None),
    ("chips", ["chips", "crisps", "potato chips", "can of chips", "tube of chips", "tube of crisps"], ["potato crisps"], ["pringles"], None),
    ("snack_box", ["snack box", "box of snacks"], [], [], None),
    ({"kind": ["snack_box"], "form": ["cookies"]}, ["cookies", "biscuits", "box of cookies", "box of biscuits", "cookie box"], ["biscuit box"],
     ["shortbread", "wafers", "bakery treats"], None),
    ("chocolate", ["chocolate", "chocolate bar", "bar of chocolate", "candy bar", "candy"], ["slab of chocolate"], ["confectionery", "cocoa treat", "kit kat"], None),
    ("nuts", ["nuts", "peanuts", "can of nuts", "tin of nuts", "can of peanuts"], ["salted nuts"], ["cashews", "almonds"], None),
    ("tin", ["tin", "food tin", "canned food", "tin of food", "can of food"], ["tinned food"], ["canned beans", "preserved vegetables"], {"kind": ["nuts"]}),
    ("sauce", ["sauce", "sauce bottle", "bottle of sauce", "squeeze bottle"], ["table sauce"], ["condiment", "salad dressing", "mayonnaise"], None),
    ({"kind": ["sauce"], "main_colour": ["red"]}, ["ketchup", "tomato ketchup", "bottle of ketchup", "ketchup bottle"], ["tomato sauce"], ["catsup"], None),
    ({"kind": ["sauce"], "main_colour": ["yellow"]}, ["mustard", "bottle of mustard", "mustard bottle"], ["yellow mustard"], ["spicy yellow dip"], None),
    ({"kind": ["food_box", "snack_box"]}, ["box", "cardboard box"], ["carton box"], ["package"], {"kind": ["carton"]}),
    ("food_box", ["food box", "box of food", "box of groceries"], ["tall food box"], ["foodstuff packet", "dry goods container"], None),
    ("coffee", ["coffee", "coffee jar", "jar of coffee", "coffee can", "ground coffee"], ["coffee powder"], ["espresso", "caffeine powder"], {"kind": ["cup"], "state": ["full"]}),
    ("coffee", ["jar"], [], ["canister"], {"kind": ["nuts", "vase", "candle"]}),
    ("cup", ["cup", "mug", "coffee mug", "coffee cup", "cup with a handle"], ["drinking mug", "beaker with a handle"], ["teacup", "vessel for hot coffee", "cappuccino cup"], {"kind": ["glass"]}),
    ("bowl", ["bowl", "soup bowl", "cereal bowl", "salad bowl"], ["deep bowl", "pudding bowl"], ["basin", "ramekin"], None),
    ("plate", ["plate", "dinner plate", "flat plate"], ["round plate", "serving plate"], ["platter", "saucer"], None),
    ("glass", ["glass", "drinking glass", "water glass"], ["glass to drink from"], ["tumbler", "pint"], {"kind": ["cup"]}),
    ("spoon", ["spoon", "teaspoon", "tablespoon", "soup spoon"], ["eating spoon", "sugar scoop"], ["ladle", "silverware", "cutlery"], None),
    ("plush", ["plush toy", "soft toy", "stuffed toy", "cuddly toy", "plushie"], ["plush", "woolly toy"], ["stuffed animal", "fluffy companion", "snuggly creature"], None),
    ({"kind": ["plush"], "form": ["bear"]}, ["teddy bear", "teddy", "toy bear", "bear"], ["bear toy"], ["grizzly"], None),
    ({"kind": ["plush"], "form": ["rabbit"]}, ["toy rabbit", "plush rabbit", "bunny", "rabbit"], ["rabbit toy"], ["hare"], None),
    ({"kind": ["plush"], "form": ["cat"]}, ["toy cat", "plush cat", "cat"], ["cat toy"], ["kitten", "kitty"], None),
    ({"kind": ["plush"], "form": ["elephant"]}, ["toy elephant", "plush elephant", "elephant"], ["elephant toy"], ["mammoth", "pachyderm"], None),
    ("duck", ["duck", "rubber duck", "toy duck", "bath duck"], ["bath toy duck", "floating duck"], ["duckling", "quacking bird"], None),
    ({"kind": ["toy_vehicle"], "form": ["car"]}, ["toy car", "car", "model car"], ["racing car"], ["automobile", "sedan"], {"kind": ["toy_vehicle"]}),
    ({"kind": ["toy_vehicle"], "form": ["bus"]}, ["toy bus", "bus", "model bus"], ["school bus"], ["minibus"], None),
    ({"kind": ["toy_vehicle"], "form": ["truck"]}, ["toy truck", "truck", "toy lorry"], ["model truck"], ["pickup", "dumper"], None),
    ("toy_vehicle", ["toy vehicle", "vehicle"], ["model vehicle"], ["little motor", "means of transport"], None),
    ("ball", ["ball", "toy ball", "rubber ball", "bouncy ball"], ["playing ball", "football"], ["round toy that bounces", "sphere"], None),
    ("cube", ["cube", "puzzle cube", "rubik's cube", "magic cube"], ["cube puzzle"], ["brain teaser", "twisty colourful game"], {"kind": ["dice"]}),
    ("dice", ["dice", "die", "game dice"], ["playing dice"], ["gambling piece", "random number roller"], None),
    ("sponge", ["sponge", "kitchen sponge", "dish sponge", "washing sponge"], ["dishwashing sponge", "foam pad"], ["scourer", "scrubber"], None),
    ("soap", ["soap", "bar of soap", "soap bar", "hand soap"], ["piece of soap", "cleansing bar"], ["bathroom lather", "toiletry"], None),
    ("cleaner", ["cleaner", "bottle of cleaner", "cleaning bottle", "cleaning liquid"], ["bottle of cleaning liquid", "cleaning agent"], ["disinfectant", "bleach"], None),
    ({"kind": ["cleaner"], "form": ["spray"]}, ["spray bottle", "spray", "spray cleaner", "glass cleaner"], ["cleaning spray"], ["atomizer", "window washer"], None),
    ({"kind": ["cleaner"], "form": ["detergent"]}, ["detergent", "dish soap", "washing up liquid", "dish detergent"], ["bottle of detergent"], ["dishwashing fluid"], None),
    ("paper_roll", ["paper roll", "roll of paper"], ["rolled paper"], ["bathroom tissue"], None),
    ({"kind": ["paper_roll"], "form": ["toilet"]}, ["toilet paper", "toilet roll", "roll of toilet paper"], ["toilet paper roll"], ["loo roll", "bathroom tissue roll"], None),
    ({"kind": ["paper_roll"], "form": ["kitchen"]}, ["kitchen roll", "paper towels", "roll of paper towels"], ["kitchen paper"], ["absorbent towelling"], None),
    ("book", ["book", "reading book", "story book"], ["hardback book", "guidebook"], ["paperback", "volume by an author"], None),
    ("phone", ["phone", "mobile phone", "smartphone", "cell phone"], ["mobile", "android phone"], ["iphone", "telephone", "handset"], None),
    ("candle", ["candle", "wax candle"], ["scented candle"], ["tealight", "wax light"], None),
    ("vase", ["vase", "flower vase"], ["vase for flowers", "pottery jug"], ["urn", "flower pot"], None),
    ("shoe", ["shoe", "sneaker", "sports shoe"], ["running shoe", "trainer"], ["footwear", "boot"], None),
    ("remote", ["remote control", "remote", "tv remote"], ["television remote"], ["clicker", "channel changer"], None),
]

# Categories and wider words: (constraints, type in train and val, train, val, novel, doubtful).
EATEN = {"category": ["food", "fruits", "snacks"]}
WIDER = [
    ({"category": ["drinks"]}, ["drink", "something to drink", "soft drink"], ["something i can drink"],
     ["beverage", "refreshment", "thirst quencher", "something for a parched throat"], {"kind": ["cup", "glass"], "state": ["full"]}),
    ({"category": ["fruits"]}, ["fruit", "piece of fruit", "fresh fruit"], ["ripe fruit"], ["healthy snack that grows on trees", "orchard produce", "source of vitamins"],
     {"kind": ["bowl"], "state": ["full"]}),
    ({"kind": ["orange", "lemon"]}, ["citrus fruit"], [], ["something rich in vitamin c"], None),
    ({"category": ["snacks"]}, ["snack", "something to nibble", "snack food"], ["something to snack on"], ["munchies", "finger food", "party appetizer"], {"category": ["fruits"]}),
    ({"kind": ["chips", "nuts"]}, ["salty snack", "something salty"], [], ["savoury nibbles"], {"kind": ["snack_box", "tin", "sauce"]}),
    ({"kind": ["chocolate"]}, ["something sweet", "sweet snack"], ["sweet treat"], ["dessert", "sugary delight"], {"kind": ["snack_box", "food_box", "apple", "orange", "pear", "banana", "peach", "plum", "grapes"]}),
    (EATEN, ["food", "something to eat", "food item"], ["something i can eat"], ["edible item", "nourishment", "something for a hungry person"],
     {"kind": ["bowl"], "state": ["full"]}),
    ({"category": ["dishes"]}, ["dishes", "tableware", "kitchen dishes"], ["piece of tableware"], ["crockery", "dinnerware", "kitchenware"], None),
    ({"kind": ["bowl", "plate"]}, ["dish", "something to eat from"], ["dish to eat from"], ["chinaware for a meal"], {"kind": ["cup", "glass"]}),
    ({"kind": ["cup", "glass"]}, ["something to drink from"], ["thing to drink from"], ["drinking vessel"], {"kind": ["can", "bottle", "carton"]}),
    ({"category": ["toys"]}, ["toy", "something to play with", "child's toy"], ["kid's toy"], ["plaything", "amusement for an infant", "entertainment for the young"], None),
    ({"kind": ["plush", "duck"]}, ["toy creature"], [], ["animal", "imitation beast", "critter"], None),
    ({"kind": ["cube", "dice"]}, ["something from a game"], [], ["tabletop pastime"], None),
    ({"category": ["cleaning_supplies"]}, ["cleaning supplies", "something to clean with", "cleaning item", "cleaning thing"], ["thing to clean with"],
     ["product for hygiene", "janitor's equipment", "housekeeping product"], None),
    ({"kind": ["sponge", "soap", "cleaner"]}, ["something to wash with"], [], ["stuff for scrubbing stains"], None),
    ({"kind": ["phone", "remote"]}, ["electronic device", "electronics"], ["electronic thing"], ["gadget", "battery powered appliance"], None),
    ({"kind": ["book"]}, ["something to read"], ["thing to read"], ["literature", "text with chapters"], None),
    ({"kind": ["candle", "vase"]}, ["decoration", "home decoration"], ["decorative thing"], ["ornament", "decor"], None),
    ({"kind": ["shoe"]}, ["something to wear on a foot"], [], ["sandal"], None),
    ({"kind": ["candle"]}, ["something that burns"], [], ["source of dim light"], None),
]

THINGS = ["thing", "object"]
# Value: (training's adjectives, training's tails, validation's tails, novel adjectives, novel tails).
PATTERNS = {
    "striped": (["striped", "stripy"], ["with stripes", "that has stripes"], ["with a pattern of stripes"], ["banded", "pinstriped"], ["with parallel lines"]),
    "spotted": (["spotted", "dotted"], ["with dots", "with spots"], ["covered in dots"], ["polka-dot", "speckled"], ["with round blobs"]),
    "checked": (["checked", "chequered"], ["with a checked pattern", "with checks"], ["with a pattern of squares"], ["checkerboard", "plaid"], ["with a chessboard design"]),
    "two-tone": (["two-tone", "two-coloured"], ["in two colours", "with two halves of different colours"], ["that has two colours"], ["bicolour"], ["in dual shades"]),
    "plain": (["plain", "unpatterned"], ["without a pattern"], ["that has no pattern"], ["undecorated"], ["lacking any design"]),
}
SIZES = {"small": (["small", "little"], ["that is small"], ["of small size"], ["tiny", "miniature"], []),
         "big": (["big", "large"], ["that is big"], ["of large size"], ["huge", "oversized"], [])}
STATES = {
    "empty": (["empty"], ["with nothing in it", "that is empty"], ["that has nothing in it"], ["unfilled"], ["devoid of contents"]),
    "full": (["full", "filled"], ["with something in it", "that is full"], ["that has something in it"], ["loaded"], ["containing stuff"]),
    "lying": (["fallen", "lying"], ["lying on its side", "that fell over", "that has fallen over"], ["that lies on its side"], ["toppled", "tipped-over"], ["knocked down"]),
    "upright": (["standing", "upright"], ["standing upright", "that stands upright"], ["that is standing up"], ["vertical"], []),
}
NOVEL_COLOURS = {"red": ["crimson", "scarlet"], "green": ["emerald"], "purple": ["violet"], "blue": ["azure"], "white": ["ivory"], "brown": ["chestnut"], "black": ["ebony"]}
TRAIN_COLOURS = {"grey": ["grey", "gray"]}
# Names of the household's own things that say no more than kind, colour or form, or that other things may share.
SHARED_NAMES = {
    "apple", "orange", "lemon", "pear", "banana", "peach", "plum", "chips", "potato chips", "crisps", "can of chips", "cookies", "biscuits", "box of cookies", "chocolate",
    "chocolate bar", "bar of chocolate", "nuts", "peanuts", "can of nuts", "ketchup", "tomato ketchup", "ketchup bottle", "bottle of ketchup", "mustard", "mustard bottle",
    "bottle of mustard", "coffee", "coffee jar", "jar of coffee", "coffee can", "teddy bear", "teddy", "bear", "toy bear", "rubber duck", "duck", "toy duck", "toy car", "car",
    "ball", "rubik's cube", "rubiks cube", "puzzle cube", "cube", "magic cube", "dice", "die", "sponge", "soap", "bar of soap", "dish soap", "washing up liquid",
    "dish detergent", "detergent", "spray cleaner", "spray", "spray bottle", "cleanser", "glass cleaner", "toilet paper", "toilet roll", "paper roll", "milk carton", "carton of milk",
}
# Names that are plurals, or of stuff that is not counted.
PLURAL = {"chips", "crisps", "cookies", "biscuits", "nuts", "peanuts", "grapes", "supplies", "dishes", "towels", "wafers", "shortbreads", "cashews", "almonds", "munchies", "berries", "beans",
          "vegetables", "treats", "pringles", "nibbles", "craps"}
UNCOUNTED = {"canned food", "tinned food", "coffee", "soap", "hand soap", "electronics", "ground coffee", "coffee powder", "chocolate", "candy", "toilet paper", "tableware", "food", "snack food",
             "shortbread", "confectionery", "crockery", "footwear", "sauce", "table sauce", "tomato sauce", "ketchup", "tomato ketchup", "mustard", "yellow mustard", "catsup", "detergent",
             "dish soap", "cleaning liquid", "washing up liquid", "dish detergent", "dice", "game dice", "playing dice", "dinnerware", "kitchenware", "cutlery", "silverware", "refreshment",
             "nourishment", "literature", "decor", "kitchen paper", "bathroom tissue", "fresh fruit", "ripe fruit", "orchard produce", "salad dressing", "mayonnaise", "bleach",
             "espresso", "caffeine powder", "chinaware for a meal", "absorbent towelling", "bathroom lather", "dishwashing fluid", "finger food", "stuff for scrubbing stains", "entertainment for the young"}


def counted(noun):
    """Whether it takes "a": plurals and stuff do not."""
    return noun not in UNCOUNTED and not plural(noun) and not noun.startswith("something")


def plural(noun):
    head = noun.split(" of ")[0].split(" for ")[0].split(" that ")[0]
    return head.split(" ")[-1] in PLURAL
