"""The words that entities and values are made of.

Tables of parts and nothing else: what a town may be called, not which towns exist or who sees them.
"""

GIVEN = """
Ada Adele Agnes Aidan Alan Albert Alfred Alice Alma Amelia Amos Amy Andrew Angela Anna Anton
Archie Arthur Astrid Audrey Barbara Basil Beatrice Ben Bernard Bertha Bianca Boris Brenda Bridget
Bruno Calvin Camilla Carl Carmen Cecil Cedric Celia Charles Chloe Clara Claude Clement Conrad Cora
Cyril Daisy Daniel Daphne David Delia Dennis Diana Dora Doris Duncan Edgar Edith Edmund Edna Elena
Eli Elias Ella Ellen Elsa Emil Emma Enid Eric Ernest Esther Ethel Eugene Eva Evan Felix Fiona
Flora Frances Frank Freda Gareth Gavin George Gerald Gilbert Gina Gladys Gloria Grace Graham Greta
Gwen Hanna Harold Harriet Harvey Hazel Hector Helen Henry Herbert Hilda Hugo Ida Ingrid Irene Iris
Isaac Ivan Ivy Jack Jacob James Jane Janet Jasper Jean Joan Joel John Jonas Joyce Judith Julia
Karen Karl Kate Keith Lara Laura Leah Lena Leo Leonard Lewis Lila Linda Lionel Lois Lorna Louis
Lucas Lucy Lydia Mabel Magnus Marcus Margot Maria Mark Martha Martin Mary Matilda Maud Maurice Max
Mildred Miles Miriam Moira Molly Mona Nadia Nancy Naomi Nelson Nina Noel Nora Norman Olga Oliver
Olive Oscar Otto Owen Paula Pearl Percy Peter Philip Phoebe Quentin Rachel Ralph Ramona Regina
Rex Rita Robert Roland Rosa Rufus Rupert Ruth Samuel Sarah Simon Sofia Stella Sybil Thea Thomas
Tilda Toby Ursula Vera Victor Viola Walter Wanda Wilma Winifred Yvonne
""".split()

FAMILY = """
Abbott Ackroyd Adair Alden Allard Anstey Arden Ashby Atwood Bagley Baines Balfour Banner Barlow
Barrow Baxter Beamish Beckett Bellamy Benson Birch Blackwood Bolton Booth Bowen Bradley Bramley
Brandt Briggs Bristow Burgess Burke Burnett Calder Callow Cardew Carver Chester Clayton Clifford
Cobb Coleman Collins Conway Cooper Corbett Cotton Crane Cranston Crawford Crosby Dalton Danvers
Darby Dawson Denham Denton Dixon Dobson Draper Drummond Dudley Dunbar Eaton Eden Elgin Elliott
Ellison Emery Endicott Fairfax Falkner Farrow Fenton Finch Fleming Forbes Forrest Foster Fowler
Frost Galloway Gardner Garland Gibson Gifford Glover Goodwin Gordon Grant Greaves Gresham Griffin
Hadley Hale Halliday Hamlin Harker Harlow Harper Hartley Hastings Hawkins Hayward Heath Hobson
Holden Holloway Horton Hudson Hughes Huxley Ingram Irving Jarvis Jenkins Jessop Keating Kemble
Kendall Kent Kershaw Kirby Lambert Lancaster Langley Lawson Ledger Lennox Lindley Linton Lockwood
Lovell Lowry Lyndon Maddox Malory Marlow Marsh Mason Mercer Merton Milner Monroe Morley Morton
Munroe Naylor Nesbitt Newton Norris North Norwood Nugent Oakley Ogden Osborne Paget Palmer Parker
Parsons Paxton Pemberton Percival Perkins Pickett Porter Prescott Preston Quigley Quinn Radley
Ramsay Redfern Reeves Renwick Ridley Ripley Rowan Rowley Russell Rutland Sadler Sawyer Sheldon
Sheridan Sinclair Slater Somers Spencer Stafford Stanton Sterling Stoddard Sutton Swift Talbot
Tanner Tatum Templeton Thorne Tilney Travers Tucker Turner Upton Vance Vaughan Wainwright Wakeman
Walden Warner Webster Weston Wheeler Whitlow Wilcox Willard Winslow Woodward Wyatt Yardley York
""".split()

TOWN_START = """
Alder Amber Ash Barn Bay Beck Beech Bell Birch Black Brace Bram Brook Cal Castle Chal Clay Cold
Copper Crow Dale Dart Deer Dun Eagle East Elder Elm Ever Fair Fal Fern Flint Fox Glen Gold Grey
Hart Haven Hazel Heather High Holly Iron Kel Kings Lang Lark Lin Long Maple Mill Moor North Oak
Otter Penn Quarry Raven Red Rock Rose Rush Sand Silver Stone Sun Swan Thorn West White Wind Wolf Yew
""".split()

TOWN_END = """
bank bourne bridge brook burn bury by cliff combe cote croft dale dean den field ford gate ham
hurst ley mere mouth port ridge shaw stead stoke ton wick worth
""".split()

RIVER_START = """
Al Ar Bel Ber Bren Cam Cher Cor Dar Del Der Don El Er Fen Gal Gar Har Il Ker Lam Len Lor Mar Mel
Mor Nar Or Par Ren Sal Sel Tam Tar Ven Wen Yar
""".split()

RIVER_END = """
a an ana ane ar by den dle el en ent er ess et ia ic ide ima in ing ith le len lin mond na ne nor
ole on ora ow
""".split()

COMPANY_START = """
Acorn Alpine Anchor Apex Arrow Atlas Aurora Beacon Bluebird Boulder Bright Canyon Capital Cedar
Central Cobalt Comet Coral Crescent Crown Delta Eastern Echo Ember Falcon Galaxy Garnet Granite
Harbour Horizon Hudson Ivory Jasper Juniper Keystone Liberty Lotus Lunar Meridian Metro Neptune
Nordic Northern Olympic Orbit Pacific Paragon Phoenix Pioneer Prairie Quartz Regal Sapphire Sierra
Solar Summit Titan Union Vanguard Zenith
""".split()

COMPANY_END = """
Bakery Brewing Builders Cables Ceramics Chemicals Dairy Energy Engines Fabrics Foods Foundry
Freight Furniture Glass Hotels Insurance Labs Logistics Media Mills Motors Optics Paper Partners
Press Robotics Shipping Software Steel Textiles Tools Toys Trading
""".split()

PRODUCT_START = """
Arctic Astro Aqua Breeze Cascade Classic Cloud Compact Dash Dawn Dynamo Easy Eclipse Elite Ever
Express Fusion Glide Halo Hush Jolt Kinetic Lumen Magna Marvel Micro Nimbus Nova Optima Panda
Pebble Pico Pixel Plume Polar Prime Pulse Quick Rapid Ripple Rocket Scout Sonic Spark Spirit Swift
Tempo Trail Turbo Ultra Vector Velvet Vista Vivid Zephyr Zoom
""".split()

PRODUCT_END = """
Backpack Blender Camera Clock Drill Fan Grill Headset Heater Kettle Keyboard Lamp Mixer Monitor
Mower Oven Printer Projector Radio Scale Scooter Speaker Stove Tablet Tent Toaster Torch Tracker
Vacuum Watch
""".split()

BOOK_START = """
Amber Ancient Bitter Blue Borrowed Broken Burning Crimson Crooked Distant Empty Endless Faded
Fallen Final First Forgotten Frozen Gentle Gilded Golden Green Hidden Hollow Hungry Invisible Last
Little Lonely Lost Midnight Nameless Painted Patient Quiet Restless Scarlet Second Secret Silent
Silver Sleeping Stolen Sunken Tall Unfinished Velvet Wandering Whispering Wild Winter Wooden
""".split()

BOOK_END = """
Atlas Bell Bridge Candle Cathedral Clockmaker Compass Daughter Door Empire Forest Garden Ghost
Gardener Harbour House Island Journey Key Kingdom Lantern Letter Library Lighthouse Map Mirror
Mountain Museum Oracle Orchard Painter Passenger Piano Pilgrim Promise River Road Sailor Shadow
Shepherd Shore Stranger Summer Theatre Tower Train Valley Village Voyage Window Witness
""".split()

FESTIVAL_START = """
Acorn Apple Autumn Barley Blossom Bonfire Candle Canyon Cherry Coast Desert Dragon Ember Feather
Forest Harbour Harvest Heron Island Jasmine Juniper Kite Lagoon Lantern Lemon Lilac Maple Meadow
Moonlight Mountain Northern Olive Orchard Pearl Prairie Rainbow River Saffron Seaside Silver Snow
Solstice Southern Spring Star Summer Sunrise Tulip Valley Willow Winter
""".split()

FESTIVAL_END = """
Ballet Carnival Chess Choir Cinema Comedy Craft Dance Drama Fashion Film Folk Food Garden Jazz
Light Mask Music Opera Poetry Puppet Science Song Story Tango Theatre
""".split()

COLOUR = """
amber azure beige black blue bronze brown coral cream crimson gold green grey indigo ivory jade
lilac maroon navy ochre olive orange pink plum purple red rose ruby rust silver tan teal turquoise
violet white yellow
""".split()

SYLLABLE_START = "b br ch d dr f g gr h j k kr l m n p pr qu r s sh st t th tr v w y z".split()
SYLLABLE_MIDDLE = "a ai e ea i o oa oo u".split()
SYLLABLE_END = "b ck d g l ll m n nd ng r rd s sk ss st t th x".split()
